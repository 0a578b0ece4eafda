namespace EmrSim;

/// <summary>Something that is to be known, or decided, before a database is migrated.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Id">A stable id, such as <c>ValueDoesNotFit</c>.</param>
/// <param name="Object">What it is about: a table, <c>table.column</c>, an index, a view.</param>
/// <param name="Message">One sentence: what was found.</param>
/// <param name="Action">One sentence: what to do, or what was done.</param>
public sealed record EmrFinding(EmrSeverity Severity, string Id, string Object, string Message, string Action)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Severity}: {Object}: {Message}";
}
