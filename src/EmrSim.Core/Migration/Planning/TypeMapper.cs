using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// Chooses the types of PostgreSQL: what the user gave, else what the declaration means where every stored value fits, else (for an idiomatic mapping) what all values are, else what the
/// column's affinity or its values need. Nothing is ever chosen that would round, cut or merge values without a finding that says so.
/// </summary>
internal static class TypeMapper
{
    internal const string DeclarationNotUsed = "DeclaredTypeNotUsed";
    internal const string MayCollide = "ValuesMayBecomeEqual";
    internal const string BigIntegers = "BigIntegersAreStrings";
    internal const string LooksLikeTimes = "IntegersLookLikeTimes";
    internal const string FineTimes = "TimesAreTooFine";

    // From 2001-09-09 (1 000 000 000 s) to 2100-01-01.
    private const long LeastEpoch = 1_000_000_000;
    private const long GreatestEpoch = 4_102_444_800;

    /// <summary>What must be found out about a table before its types can be chosen.</summary>
    /// <exception cref="EmrSimException">TypeMapInvalid.</exception>
    internal static ProfileOptions Options(SourceTable table, MigrationPlanRequest request) => new(
        [.. table.Columns.Select(c => TypeMapReader.Find(table, c, request.TypeMap) ?? DeclaredTypes.Semantic(c) ?? DeclaredTypes.Plain(c))],
        request.Mapping == EmrMapping.Idiomatic);

    /// <summary>Chooses the types of a table's columns.</summary>
    /// <param name="table">The table.</param>
    /// <param name="profile">What it holds, found with <see cref="Options"/>.</param>
    /// <param name="request">What is wanted.</param>
    /// <exception cref="EmrSimException">TypeMapInvalid.</exception>
    internal static IReadOnlyList<ColumnDecision> Map(SourceTable table, TableProfile profile, MigrationPlanRequest request) =>
        [.. table.Columns.Select((c, i) => Decide(new ColumnCase(table, c, profile.Columns[i], request)))];

    /// <summary>Requires that each entry of the map of types names a column that is there, and a type that is known.</summary>
    /// <exception cref="EmrSimException">TypeMapInvalid.</exception>
    internal static void RequireKnown(SourceSchema schema, MigrationPlanRequest request) => TypeMapReader.Require(schema, request.TypeMap);

    /// <summary>The one finding of a database that has columns of bigint; null where it has none.</summary>
    internal static EmrFinding? BigIntegerFinding(IEnumerable<ColumnDecision> columns)
    {
        int count = columns.Count(c => c.Type.Kind == PgKind.BigInt);
        return count == 0 ? null : new EmrFinding(
            EmrSeverity.Information,
            BigIntegers,
            "bigint",
            $"{ColumnCase.Count(count, "column")} {(count == 1 ? "is" : "are")} bigint, which the driver pg of Node.js returns as strings, since a number of JavaScript is exact up to 2^53 only.",
            "Where no value is greater, let the application have numbers: require('pg').types.setTypeParser(20, Number).");
    }

    private static ColumnDecision Decide(ColumnCase column)
    {
        if (TypeMapReader.Find(column.Table, column.Column, column.Request.TypeMap) is { } given) return Given(column, given);
        var findings = new List<EmrFinding>();
        if (DeclaredTypes.Semantic(column.Column) is { } meant)
        {
            if (Declared(column, meant, findings) is { } decision) return decision;
        }
        else if (column.Request.Mapping == EmrMapping.Idiomatic && TypePromotion.Find(column) is { } promoted)
        {
            return new ColumnDecision(column.Column, promoted.Type, EmrTimeUnit.None, false, Sentence(promoted.Reason), findings);
        }

        (PgType type, string reason) = DeclaredTypes.Plain(column.Column) is { } plain ? (plain, PlainReason(column, plain)) : TypeEvidence.Choose(column);
        AddHints(column, findings);
        return MisfitDecision.Decide(column, type, EmrTimeUnit.None, Sentence(reason), column.Misfits(type), isGiven: false, findings);
    }

    /// <summary>The type that the user gave.</summary>
    private static ColumnDecision Given(ColumnCase column, PgType type)
    {
        var findings = new List<EmrFinding>();
        (long count, IReadOnlyList<RowSample> samples) = column.Misfits(type);
        TimeEvidence times = IsInstant(type) ? TimeEvidence.Of(column.Profile) : new TimeEvidence(EmrTimeUnit.None, 0, []);
        if (Collision(column, type) is { } how)
        {
            findings.Add(new EmrFinding(
                EmrSeverity.Warning, MayCollide, column.Name, $"'{column.Name}' is part of a unique key, and as {type} {how}.", "If two do, the key cannot be made and nothing is migrated; leave the column text then."));
        }

        return MisfitDecision.Decide(
            column, type, times.Unit, "-TypeMap says so.", (count + times.Misfits, [.. samples.Concat(times.Samples).Take(RowSamples.Most)]), isGiven: true, findings);
    }

    /// <summary>The type that the declaration means, where all values fit; null, and a finding, where they do not.</summary>
    private static ColumnDecision? Declared(ColumnCase column, PgType type, List<EmrFinding> findings)
    {
        (long count, IReadOnlyList<RowSample> samples) = column.Misfits(type);
        TimeEvidence times = IsInstant(type) ? TimeEvidence.Of(column.Profile) : new TimeEvidence(EmrTimeUnit.None, 0, []);
        count += times.Misfits;
        string? obstacle = count > 0 ? $"{ColumnCase.Count(count, "value")} {(count == 1 ? "does" : "do")} not fit {type}: {ColumnCase.Rows([.. samples.Concat(times.Samples).Take(RowSamples.Most)])}"
            : Collision(column, type) is { } how ? $"it is part of a unique key, and as {type} {how}"
            : type.Kind == PgKind.Json && column.IsInKey ? "it is part of a key or an index, and PostgreSQL cannot compare json"
            : null;
        if (obstacle is null)
        {
            string fits = column.Profile.NotNull == 0 ? "holds no value yet" : $"all {ColumnCase.Count(column.Profile.NotNull, "value")} fit";
            return new ColumnDecision(column.Column, type, times.Unit, false, $"Declared {column.Column.DeclaredType}, and {fits}{Meaning(column, type, times.Unit)}.", findings);
        }

        findings.Add(new EmrFinding(
            EmrSeverity.Warning,
            column.Profile.Shape(TextShape.FineTimestamp) > 0 && IsTime(type) ? FineTimes : DeclarationNotUsed,
            column.Name,
            $"'{column.Name}' is declared {column.Column.DeclaredType}, but {obstacle}.",
            "The column gets a type that holds all values as they are. Correct them, or give a type with -TypeMap and say with -OnMisfit what becomes of those that do not fit."));
        return null;
    }

    /// <summary>How two values that differ in SQLite could become one; null where they cannot.</summary>
    private static string? Collision(ColumnCase column, PgType type)
    {
        ColumnProfile p = column.Profile;
        if (!column.IsInUniqueKey || p.NotNull < 2) return null;
        return type.Kind switch
        {
            PgKind.Timestamp or PgKind.TimestampTz when (p.Texts > 0 && p.TimeForm is null) || (p.Texts > 0 && column.Numbers > 0) => "two that are written differently may be the same time",
            PgKind.Time when p.Texts > 0 => "two that are written differently may be the same time",
            PgKind.Uuid when p.LowerUuids < p.Texts => "two that differ by case only are the same UUID",
            PgKind.Boolean when p.Texts > 0 => "several words are the same boolean",
            PgKind.Jsonb when p.Texts > 0 => "two that differ by white space or the order of keys are the same",
            PgKind.Numeric or PgKind.BigInt or PgKind.Integer or PgKind.SmallInt when p.Texts > 0 => "a text and a number may be the same",
            _ => null,
        };
    }

    private static string Meaning(ColumnCase column, PgType type, EmrTimeUnit unit)
    {
        if (!IsInstant(type)) return "";
        string numbers = unit == EmrTimeUnit.None ? "" : $"; its numbers are {UnitName(unit)}";
        return column.Profile.Texts > column.Profile.Shape(TextShape.ZonedTimestamp) && type.Kind == PgKind.TimestampTz ? $"; SQLite's times are UTC where they name no zone{numbers}" : numbers;
    }

    private static string UnitName(EmrTimeUnit unit) => unit switch
    {
        EmrTimeUnit.Seconds => "seconds since 1970",
        EmrTimeUnit.Milliseconds => "milliseconds since 1970",
        EmrTimeUnit.Microseconds => "microseconds since 1970",
        _ => "Julian days",
    };

    /// <summary>What the values look like though nothing is made of it.</summary>
    private static void AddHints(ColumnCase column, List<EmrFinding> findings)
    {
        ColumnProfile p = column.Profile;
        if (p.Integers > 0 && p.Integers == p.NotNull && !column.IsInKey && EpochUnit(p) is { } unit)
        {
            findings.Add(new EmrFinding(
                EmrSeverity.Information,
                LooksLikeTimes,
                column.Name,
                $"All {ColumnCase.Count(p.Integers, "integer")} of '{column.Name}' could be {UnitName(unit)}; it stays bigint.",
                $"If they are times, give the column a type: -TypeMap @{{ '{column.Name}' = 'timestamptz' }}."));
        }

        bool isFine = p.Shape(TextShape.FineTimestamp) > 0 && TypePromotion.Instants(p) == p.NotNull;
        if (isFine && column.Request.Mapping == EmrMapping.Idiomatic && DeclaredTypes.Semantic(column.Column) is null)
        {
            findings.Add(new EmrFinding(
                EmrSeverity.Information,
                FineTimes,
                column.Name,
                $"{ColumnCase.Count(p.Shape(TextShape.FineTimestamp), "time")} of '{column.Name}' have more than the six digits of a second that PostgreSQL keeps; it stays text.",
                "Cut the digits in SQLite first if they do not matter."));
        }
    }

    private static EmrTimeUnit? EpochUnit(ColumnProfile p)
    {
        (EmrTimeUnit Unit, long Factor)[] units = [(EmrTimeUnit.Seconds, 1), (EmrTimeUnit.Milliseconds, 1_000), (EmrTimeUnit.Microseconds, 1_000_000)];
        foreach ((EmrTimeUnit unit, long factor) in units)
        {
            if (p.LeastInteger >= LeastEpoch * factor && p.GreatestInteger < GreatestEpoch * factor) return unit;
        }

        return null;
    }

    private static string PlainReason(ColumnCase column, PgType plain) => column.Column.DeclaredType.Length == 0
        ? $"it has no declared type; {plain} holds its values exactly"
        : $"declared {column.Column.DeclaredType}, of {column.Column.Affinity.ToString().ToUpperInvariant()} affinity to SQLite; {plain} holds its values exactly";

    private static bool IsInstant(PgType type) => type.Kind is PgKind.TimestampTz or PgKind.Timestamp;

    private static bool IsTime(PgType type) => IsInstant(type) || type.Kind == PgKind.Time;

    private static string Sentence(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..] + ".";
}
