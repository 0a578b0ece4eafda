namespace EmrSim;

/// <summary>One check of a verification.</summary>
/// <param name="Name">The check's stable name, such as <c>IntegrityCheck</c>.</param>
/// <param name="Outcome">What it found.</param>
/// <param name="Detail">One line for a person: what was compared, or what is wrong.</param>
/// <param name="Duration">How long it took.</param>
public sealed record EmrBackupCheck(string Name, EmrOutcome Outcome, string Detail, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Outcome}";
}
