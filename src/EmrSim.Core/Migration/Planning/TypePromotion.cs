using System.Text.RegularExpressions;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Finds, for an idiomatic mapping, the type that all values of a column have though its declaration does not say so.</summary>
internal static partial class TypePromotion
{
    private const string Binary = "BINARY";

    /// <summary>The type and the reason; null where the column stays what it is.</summary>
    internal static (PgType Type, string Reason)? Find(ColumnCase column)
    {
        ColumnProfile p = column.Profile;
        if (p.NotNull == 0 || column.Column.Generated is not null || !column.Column.Collation.Equals(Binary, StringComparison.OrdinalIgnoreCase)) return null;
        if (p.Integers == p.NotNull) return Boolean(column);
        if (p.Texts != p.NotNull || p.InvalidTexts + p.NulTexts > 0) return null;
        string all = $"all {ColumnCase.Count(p.Texts, "text")}";

        if (p.Shape(TextShape.Date) == p.Texts) return (new PgType(PgKind.Date), $"{all} are dates");
        if (Instants(p) == p.Texts && p.Shape(TextShape.FineTimestamp) == 0)
        {
            // Texts of several forms may name one instant twice.
            return column.IsInUniqueKey && p.TimeForm is null ? null : (new PgType(PgKind.TimestampTz), $"{all} are times, those without a zone in UTC as SQLite writes them");
        }

        if (p.LowerUuids == p.Texts) return (new PgType(PgKind.Uuid), $"{all} are UUIDs in lower case");
        return p.JsonbTexts == p.Texts && p.Shape(TextShape.Json) == p.Texts && !column.IsInKey ? (new PgType(PgKind.Jsonb), $"{all} are JSON objects or arrays that jsonb keeps") : null;
    }

    /// <summary>Texts that are points in time.</summary>
    internal static long Instants(ColumnProfile profile) => profile.Shape(TextShape.Date) + profile.Shape(TextShape.LocalTimestamp) + profile.Shape(TextShape.ZonedTimestamp);

    /// <summary>0 and 1 alone could be counts, so the name or the declaration must say so too.</summary>
    private static (PgType Type, string Reason)? Boolean(ColumnCase column)
    {
        if (column.Profile.Bits != column.Profile.NotNull || column.IsInUniqueKey || column.IsInForeignKey) return null;
        string? why = DeclaredTypes.IsTinyBoolean(column.Column) ? $"it is declared {column.Column.DeclaredType}"
            : IsBooleanName().IsMatch(column.Column.Name) ? "its name is that of a condition"
            : null;
        return why is null ? null : (new PgType(PgKind.Boolean), $"all {ColumnCase.Count(column.Profile.Integers, "integer")} are 0 or 1, and {why}");
    }

    [GeneratedRegex(
        "^(?:(?:is|has|can|was|should|allow|allows|use|uses)(?:_|(?=[A-Z])).+|(?:.+_)?(?:active|enabled|disabled|deleted|archived|verified|visible|hidden|locked|published|completed|confirmed|required|flag))$",
        RegexOptions.CultureInvariant)]
    private static partial Regex IsBooleanName();
}
