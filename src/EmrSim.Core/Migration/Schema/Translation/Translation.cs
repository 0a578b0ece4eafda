using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>SQL of SQLite in PostgreSQL's words, or why there are none.</summary>
/// <param name="Sql">The SQL; null where it is not translated.</param>
/// <param name="Reason">What has no counterpart, in half a sentence; null where all has.</param>
/// <param name="Columns">The columns of a view; null for anything else.</param>
internal sealed record Translation(string? Sql, string? Reason, IReadOnlyList<TranslationColumn>? Columns = null);

/// <summary>
/// A column as the translation has to know it. Its values in SQLite are taken to be of the one storage class that its type stands for: integers in bigint,
/// 0 and 1 in boolean, texts in text. The executor lets nothing else through.
/// </summary>
/// <param name="Name">Its name in SQLite.</param>
/// <param name="TargetName">Its name in PostgreSQL.</param>
/// <param name="Type">Its type in PostgreSQL.</param>
/// <param name="Collation">BINARY, NOCASE, RTRIM, or one of the application's.</param>
internal sealed record TranslationColumn(string Name, string TargetName, PgType Type, string Collation)
{
    /// <summary>Its affinity; null for the one that its type goes with.</summary>
    internal SqliteAffinity? Affinity { get; init; }

    /// <summary>Whether it holds values of several storage classes, or of another one than its type stands for, so that nothing that looks at its values means the same.</summary>
    internal bool Mixed { get; init; }

    /// <summary>Whether it holds infinite reals, of which arithmetic makes NULL in SQLite and NaN in PostgreSQL.</summary>
    internal bool Infinite { get; init; }

    /// <summary>Whether it is computed: PostgreSQL lets no computed column be built on another.</summary>
    internal bool Generated { get; init; }

    /// <summary>
    /// For times and uuids: whether all its values are texts of one form and one zone, so that the texts, byte by byte, are equal and sorted as the values
    /// are. Where that is not known, what sorts or compares them is not translated.
    /// </summary>
    internal bool Canonical { get; init; }

    /// <summary>For times: the one form that all its texts have; null where they have several, or none.</summary>
    internal string? TimeForm { get; init; }
}
