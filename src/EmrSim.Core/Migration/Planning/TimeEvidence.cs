using EmrSim.Core.Migration.Profiling;

namespace EmrSim.Core.Migration.Planning;

/// <summary>What the numbers of a column of times count, as far as their sizes agree.</summary>
/// <param name="Unit">The unit of most of them.</param>
/// <param name="Misfits">How many are of another unit, of none, or not exactly a microsecond.</param>
/// <param name="Samples">Some of these.</param>
internal sealed record TimeEvidence(EmrTimeUnit Unit, long Misfits, IReadOnlyList<RowSample> Samples)
{
    /// <summary>Reads it from a profile that was made for a type of times.</summary>
    internal static TimeEvidence Of(ColumnProfile profile)
    {
        if (profile.Times.Count == 0)
        {
            // Only zeros: the epoch, in any of the units that count from it.
            return new TimeEvidence(profile.Integers + profile.Reals > 0 ? EmrTimeUnit.Seconds : EmrTimeUnit.None, 0, []);
        }

        EmrTimeUnit unit = profile.Times.Where(t => t.Key != EmrTimeUnit.None).OrderByDescending(t => t.Value.Count).ThenBy(t => t.Key).Select(t => t.Key).FirstOrDefault();
        TimeNumbers? chosen = unit == EmrTimeUnit.None ? null : profile.Times[unit];
        IEnumerable<TimeNumbers> others = profile.Times.Where(t => t.Key != unit || unit == EmrTimeUnit.None).Select(t => t.Value);
        // Zero is no Julian day of these centuries.
        long zeros = unit == EmrTimeUnit.JulianDays ? profile.Integers + profile.Reals - profile.Times.Values.Sum(t => t.Count) : 0;
        return new TimeEvidence(
            unit,
            others.Sum(o => o.Count) + (chosen?.Inexact ?? 0) + zeros,
            [.. others.SelectMany(o => o.Samples).Concat(chosen?.InexactSamples ?? []).Take(RowSamples.Most)]);
    }
}
