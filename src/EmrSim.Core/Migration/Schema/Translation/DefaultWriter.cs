using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes defaults: the value that a row gets in SQLite, as the column's type in PostgreSQL has it.</summary>
internal static class DefaultWriter
{
    internal static string Write(string sql, PgType target)
    {
        SqlNode node = ExpressionParser.Read(sql);
        // DEFAULT draft and DEFAULT "draft" are DEFAULT 'draft'.
        if (node is NameNode { IsBoolean: false, Parts.Count: 1 } name) node = new TextNode(name.Column);
        if (Clock.Read(node) is { } clock) return Moment(clock, target);
        var writer = new ExpressionWriter(new TableScope([], ofComputed: false), immutable: false);
        Operand value = writer.Part(node);
        return value.Literal is null ? Targets.Convert(value, target) : DefaultLiteral.Write(value, target);
    }

    private static string Moment(Clock clock, PgType target)
    {
        bool midnight = clock.Shape == ClockShape.Date;
        bool whole = clock.Shape is ClockShape.DateTime or ClockShape.Date or ClockShape.Epoch;
        string? sql = target.Kind switch
        {
            PgKind.Text or PgKind.Varchar when target.Length is null => Texts.Of(clock.Operand()).Sql,
            PgKind.TimestampTz when clock.IsNow && whole && !midnight => "CURRENT_TIMESTAMP",
            PgKind.TimestampTz when whole => $"({Start(clock)} AT TIME ZONE 'UTC')",
            PgKind.Timestamp when whole => Start(clock),
            PgKind.Date when midnight => $"({clock.Moment}::pg_catalog.date)",
            PgKind.Time when clock.Shape == ClockShape.Time => $"(date_trunc('{(clock.Pattern.EndsWith("MS", StringComparison.Ordinal) ? "milliseconds" : "second")}', {clock.Moment})::time)",
            PgKind.BigInt or PgKind.Integer or PgKind.Numeric or PgKind.DoublePrecision when clock.Shape == ClockShape.Epoch => clock.Seconds,
            _ => null,
        };
        return sql ?? throw new Refusal($"such a time in a column of type {target}");
    }

    private static string Start(Clock clock) => clock.Shape == ClockShape.Date ? $"date_trunc('day', {clock.Moment})" : clock.Moment;
}
