using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Chooses a type by what is stored, where the declaration does not say or does not hold.</summary>
internal static class TypeEvidence
{
    /// <summary>The type of most of the values, wide enough for all of them where they are of one kind.</summary>
    internal static (PgType Type, string Reason) Choose(ColumnCase column)
    {
        ColumnProfile profile = column.Profile;
        if (profile.NotNull == 0) return Empty(column.Column);
        if (column.Numbers >= profile.Texts && column.Numbers >= profile.Blobs && column.Numbers > 0) return (Number(column), $"it holds {column.Classes()}");
        if (profile.Blobs > profile.Texts) return (PgType.Bytea, $"it holds {column.Classes()}");
        return (PgType.Text, $"it holds {column.Classes()}");
    }

    /// <summary>The type that holds all numbers of a column exactly; where there is none, the one that holds most.</summary>
    internal static PgType Number(ColumnCase column)
    {
        ColumnProfile profile = column.Profile;
        var numeric = new PgType(PgKind.Numeric);
        bool fitsNumeric = profile.Infinities + profile.MinusZeros == 0;
        if (fitsNumeric && DeclaredTypes.IsDecimal(column.Column)) return numeric;
        if (profile.Reals == 0) return PgType.BigInt;
        return profile.InexactIntegers == 0 || !fitsNumeric ? PgType.DoublePrecision : numeric;
    }

    private static (PgType Type, string Reason) Empty(SourceColumn column) => column.Affinity == SqliteAffinity.Numeric && column.DeclaredType.Length > 0 && !column.DeclaredType.Equals("ANY", StringComparison.OrdinalIgnoreCase)
        ? (new PgType(PgKind.Numeric), $"it is empty, and SQLite reads {column.DeclaredType} as a number")
        : (PgType.Text, "it is empty, and its declaration does not tell");
}
