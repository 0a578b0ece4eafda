namespace EmrSim.Benchmarks;

/// <summary>Numbers about numbers.</summary>
internal static class Statistics
{
    /// <summary>The middle value; the mean of the two middle ones where their number is even.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The value that the given share of all values does not exceed (nearest rank).</summary>
    internal static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>As seconds, all of them and their median.</summary>
    internal static string Show(IReadOnlyCollection<double> seconds) =>
        $"median {Median(seconds):0.00} s ({string.Join(" ", seconds.Select(s => $"{s:0.00}"))})";

    /// <summary>A ratio and whether it keeps its limit.</summary>
    internal static string Ratio(double ours, double theirs, double limit)
    {
        double ratio = ours / theirs;
        return $"ratio {ratio:0.00} (target at most {limit:0.00}: {(ratio <= limit ? "met" : "MISSED")})";
    }
}
