using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>What a stored file says of itself, without a manifest.</summary>
/// <param name="Plain">The database in it.</param>
/// <param name="Stored">The file.</param>
/// <param name="Facts">What the database says of itself.</param>
/// <param name="Tables">Rows per table.</param>
/// <param name="ForeignKeyViolations">References that lead nowhere; null where they were not counted.</param>
/// <param name="Checks">What was checked.</param>
internal sealed record StoredContent(
    ManifestPlain Plain,
    ManifestStored Stored,
    SqliteFacts Facts,
    IReadOnlyDictionary<string, long> Tables,
    long? ForeignKeyViolations,
    IReadOnlyList<CheckResult> Checks);
