namespace EmrSim.Core.Reporting;

/// <summary>How much of everything a page shows, so that it stays readable and small; what is more is summed up, and the page says so.</summary>
/// <param name="sets">How many sets share the page.</param>
internal sealed class ReportLimits(int sets)
{
    private readonly int _sets = Math.Max(1, sets);

    /// <summary>How many sets have a calendar and charts; all have a place in the overview and the tables.</summary>
    internal int DetailedSets => _sets > 48 ? 12 : 24;

    /// <summary>How many sets have their next days told.</summary>
    internal const int NextSets = 100;

    /// <summary>How many backups of a set are listed one by one.</summary>
    internal int Rows => Math.Clamp(500 / _sets, 1, 400);

    /// <summary>How many rows sum up the backups of a set that are not listed one by one.</summary>
    internal int OlderRows => Math.Clamp(600 / _sets, 2, 240);

    /// <summary>How many removals and pins of a set are named.</summary>
    internal int Named => Math.Clamp(200 / _sets, 1, 8);

    /// <summary>How many months of a set are shown day by day.</summary>
    internal int Months => Math.Clamp(24 / _sets, 1, 6);

    /// <summary>How many years of a set are shown month by month.</summary>
    internal const int Years = 12;

    /// <summary>How many points a chart has.</summary>
    internal int Points => Math.Clamp(600 / _sets, 30, 130);

    /// <summary>How many failures, drills or removals are listed one by one.</summary>
    internal const int Items = 60;
}
