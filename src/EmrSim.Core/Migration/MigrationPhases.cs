namespace EmrSim.Core.Migration;

/// <summary>The stable names of a migration's phases, in their order.</summary>
internal static class MigrationPhases
{
    internal const string Preflight = "Preflight";
    internal const string Backup = "Backup";
    internal const string Plan = "Plan";
    internal const string Tables = "Tables";
    internal const string Copy = "Copy";
    internal const string Keys = "Keys";
    internal const string Indexes = "Indexes";
    internal const string ForeignKeys = "ForeignKeys";
    internal const string Validate = "Validate";
    internal const string Sequences = "Sequences";
    internal const string Views = "Views";
    internal const string Analyze = "Analyze";
    internal const string Proof = "Proof";
    internal const string Commit = "Commit";
}
