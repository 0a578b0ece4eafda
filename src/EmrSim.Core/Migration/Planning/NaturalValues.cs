using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// Whether a column holds in SQLite what its type in PostgreSQL stands for. Where it does not, an expression over it means something else there: a text 'true' is
/// no condition to SQLite, 5 / 2 is 2 of integers and 2.5 of reals, '10' comes before '9'.
/// </summary>
internal static class NaturalValues
{
    /// <summary>Whether all its values are of the class of its type; of an empty column, whether its affinity makes them so.</summary>
    internal static bool Are(PgType type, SqliteAffinity affinity, ColumnProfile profile) => profile.NotNull == 0 ? Would(type, affinity) : type.Kind switch
    {
        // An affinity for reals or texts would make other values of those that come later.
        PgKind.SmallInt or PgKind.Integer or PgKind.BigInt => profile.Integers == profile.NotNull && affinity is not (SqliteAffinity.Real or SqliteAffinity.Text),
        PgKind.Boolean => profile.Integers == profile.NotNull,
        PgKind.Real or PgKind.DoublePrecision => profile.Reals == profile.NotNull,
        PgKind.Numeric => IsOne(profile.Integers, profile.Reals) && profile.Texts + profile.Blobs == 0,
        PgKind.Text or PgKind.Varchar or PgKind.Char => profile.Texts == profile.NotNull,
        PgKind.Bytea => profile.Blobs == profile.NotNull,
        // Of these only texts of one form are sorted or compared, which the translation sees to itself.
        _ => IsOne(profile.Integers, profile.Reals, profile.Texts, profile.Blobs),
    };

    private static bool Would(PgType type, SqliteAffinity affinity) => type.Kind switch
    {
        PgKind.SmallInt or PgKind.Integer or PgKind.BigInt or PgKind.Boolean => affinity is SqliteAffinity.Integer or SqliteAffinity.Numeric,
        PgKind.Real or PgKind.DoublePrecision => affinity == SqliteAffinity.Real,
        PgKind.Numeric => affinity is SqliteAffinity.Integer or SqliteAffinity.Numeric or SqliteAffinity.Real,
        PgKind.Text or PgKind.Varchar or PgKind.Char => affinity == SqliteAffinity.Text,
        // Blobs are stored as they come, whatever the affinity.
        _ => true,
    };

    private static bool IsOne(params ReadOnlySpan<long> counts)
    {
        int classes = 0;
        foreach (long count in counts) classes += count > 0 ? 1 : 0;
        return classes <= 1;
    }
}
