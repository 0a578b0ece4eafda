using System.Globalization;

namespace EmrSim.Core.Retention;

/// <summary>How many backups of a set stay. The numbers count periods that have a verified backup, not days that have passed.</summary>
public sealed record RetentionPolicy
{
    /// <summary>How many of the newest backups stay, whatever their dates.</summary>
    public int Last { get; init; }

    /// <summary>How many days keep their newest backup.</summary>
    public int Daily { get; init; } = 7;

    /// <summary>How many ISO weeks keep their newest backup.</summary>
    public int Weekly { get; init; } = 4;

    /// <summary>How many months keep their newest backup.</summary>
    public int Monthly { get; init; } = 6;

    /// <summary>How many years keep their newest backup.</summary>
    public int Yearly { get; init; }

    /// <summary>The zone whose days, weeks, months and years are meant.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Local;

    /// <summary>The number of a tier.</summary>
    public int Of(EmrRetentionTier tier) => tier switch
    {
        EmrRetentionTier.Last => Last,
        EmrRetentionTier.Daily => Daily,
        EmrRetentionTier.Weekly => Weekly,
        EmrRetentionTier.Monthly => Monthly,
        EmrRetentionTier.Yearly => Yearly,
        _ => throw new ArgumentOutOfRangeException(nameof(tier)),
    };

    /// <summary>Refuses a policy that makes no sense.</summary>
    /// <exception cref="EmrSimException">InvalidArgument for a negative number, EmptyPolicy where all are 0.</exception>
    public void Require()
    {
        foreach (EmrRetentionTier tier in RetentionCalendar.Tiers)
        {
            if (Of(tier) >= 0) continue;
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"A retention policy cannot keep {Of(tier)} backups (Keep{tier}); use 0 to leave that tier out."));
        }

        if (RetentionCalendar.Tiers.Any(t => Of(t) > 0)) return;
        throw new EmrSimException(
            ErrorCode.EmptyPolicy, "This retention policy keeps nothing: every number in it is 0. Keep at least one backup or one period of some kind.");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Last} last, {Daily} daily, {Weekly} weekly, {Monthly} monthly, {Yearly} yearly in {TimeZone.Id}");
}
