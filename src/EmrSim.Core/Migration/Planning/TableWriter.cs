using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Writes CREATE TABLE: columns with their defaults, computed columns, conditions.</summary>
internal sealed class TableWriter(PlanDraft draft, PlannedTable table)
{
    private FindingList Findings => draft.Findings;

    internal void Write()
    {
        foreach (PlannedColumn column in table.Columns) Decide(column);
        List<string> parts = [.. table.Columns.Select(Definition), .. Checks()];
        string partitions = table.Partition is { } rule ? $" PARTITION BY RANGE ({PlanDraft.Quote(rule.Column.TargetName)})" : "";
        string sql = $"CREATE TABLE {PlanDraft.Quote(table.TargetName)} (\n  {string.Join(",\n  ", parts)}\n){partitions}";
        draft.Add(EmrDdlPhase.Table, table.TargetName, sql);
    }

    private void Decide(PlannedColumn column)
    {
        SourceTable source = table.Source;
        bool isAlias = source.RowidAlias?.Equals(column.Name, StringComparison.OrdinalIgnoreCase) == true;
        bool isPrimary = source.PrimaryKey?.Columns.Any(c => c.Column!.Equals(column.Name, StringComparison.OrdinalIgnoreCase)) == true;
        // PostgreSQL's primary keys hold no NULL; SQLite's may, in a table with rowids.
        column.NotNull = column.Source.NotNull || isPrimary;
        column.Identity = isAlias && column.Type.Kind is (PgKind.BigInt or PgKind.Integer or PgKind.SmallInt);
        if (isAlias) TellOfNumbers(column);
        if (column.Source.Generated is not null) column.GeneratedSql = Generated(column);
        TellOfNulls(column, isPrimary);
        TellOfConflict(column);
    }

    private void TellOfNumbers(PlannedColumn column)
    {
        string about = $"{table.Name}.{column.Name}";
        if (!column.Identity)
        {
            Findings.Warn(
                "NumberingNotCarried",
                about,
                $"SQLite numbers the rows of '{table.Name}' by '{column.Name}'; PostgreSQL does not where it is {column.Type}.",
                "Let the application give each row its key, or give the column the type bigint.");
        }
        else if (Math.Max(draft.Rows.LastNumber(table.Source), column.Profile.GreatestInteger) is var last && last > Greatest(column.Type.Kind))
        {
            // Also that of a row that is gone, or left out: no sequence of that type can go on from there.
            Findings.Error(
                "NumbersTooLarge",
                about,
                string.Create(CultureInfo.InvariantCulture, $"The numbers of '{table.Name}' have come to {last}, which {column.Type} cannot hold, and PostgreSQL's are to go on from there."),
                "Give the column the type bigint, or lower that number, in its row or in sqlite_sequence.");
        }
        else if (last == Greatest(column.Type.Kind))
        {
            Findings.Warn(
                "NumbersUsedUp",
                about,
                $"The greatest number that {column.Type} can hold is taken or was, so PostgreSQL has no next one for a row that comes without.",
                "Give that row a lower number, or let the application number its rows.");
        }
    }

    private static long Greatest(PgKind kind) => kind switch
    {
        PgKind.SmallInt => short.MaxValue,
        PgKind.Integer => int.MaxValue,
        _ => long.MaxValue,
    };

    private void TellOfNulls(PlannedColumn column, bool isPrimary)
    {
        string about = $"{table.Name}.{column.Name}";
        if (column.NotNull && column.HasMisfits && draft.Request.OnMisfit == EmrMisfitAction.Null)
        {
            Findings.Error("NullNotAllowed", about, "What does not fit cannot become NULL here: the column holds none.", WithoutNull(about));
        }

        // Those in a primary key are named by the key.
        if (!column.NotNull || isPrimary || column.Profile.Nulls == 0) return;
        // Of a column that is NOT NULL SQLite believes, without a look, that IS NULL is never true.
        (long count, string shown) = draft.Rows.Find(table.Source, $"typeof({SourceRows.Name(table.Source, column.Name)}) = 'null'");
        Findings.Error(
            "NullInColumn",
            about,
            string.Create(CultureInfo.InvariantCulture, $"The column is NOT NULL and yet {count} rows hold NULL in it: {shown}."),
            "Give these rows a value; integrity_check tells of such rows, too.");
    }

    private void TellOfConflict(PlannedColumn column)
    {
        if (column.Source.NotNullConflict is not { } action) return;
        Findings.Warn(
            "OnConflictNotCarried",
            $"{table.Name}.{column.Name}",
            $"The column says NOT NULL ON CONFLICT {action}; in PostgreSQL a row with NULL in it is an error.",
            action == "REPLACE" ? "Let the application give the default where it has no value." : "Let the application see to such rows before it writes them.");
    }

    // A type that was given is not widened.
    private string WithoutNull(string about) => draft.Request.TypeMap.Keys.Contains(about, StringComparer.OrdinalIgnoreCase)
        ? "Say -OnMisfit Reject, give another type with -TypeMap, or correct the values."
        : "Say -OnMisfit Reject or Widen, or correct the values.";

    private string Definition(PlannedColumn column)
    {
        var sql = new StringBuilder().Append(PlanDraft.Quote(column.TargetName)).Append(' ').Append(draft.Sql(column.Type));
        // Texts then have the order that they have in SQLite: that of their bytes.
        if (column.IsText) sql.Append(" COLLATE \"C\"");
        if (column.NotNull) sql.Append(" NOT NULL");
        if (column.Identity)
        {
            sql.Append(" GENERATED BY DEFAULT AS IDENTITY");
            if (draft.Names.UnusualSequence(table.Source) is { } sequence) sql.Append(" (SEQUENCE NAME ").Append(PlanDraft.Quote(sequence)).Append(')');
        }
        else if (column.GeneratedSql is { } generated)
        {
            sql.Append(" GENERATED ALWAYS AS (").Append(generated).Append(") STORED");
        }
        else if (column.Source.Generated is null && Default(column) is { } value)
        {
            sql.Append(" DEFAULT ").Append(value);
        }

        TellOfCollation(column);
        return sql.ToString();
    }

    private void TellOfCollation(PlannedColumn column)
    {
        if (!column.IsText || column.Source.Collation == "BINARY") return;
        bool isKnown = column.Source.Collation is "NOCASE" or "RTRIM";
        Findings.Warn(
            "CollationNotCarried",
            $"{table.Name}.{column.Name}",
            $"Texts here are compared by {column.Source.Collation} in SQLite, and by their bytes in PostgreSQL.",
            isKnown ? "Compare lower(column) with lower(value), or rtrim(column), in the application's SQL; unique constraints and indexes are carried so." : "See what the application's own collation does, and say it in its SQL.");
    }

    private string? Default(PlannedColumn column)
    {
        if (column.Source.Default is not { } value) return null;
        Translation translation = SqlTranslator.Default(value, column.Type);
        if (translation.Sql is null)
        {
            column.LosesDefault = true;
            Findings.Warn(
                "DefaultNotCarried",
                $"{table.Name}.{column.Name}",
                $"The default {PlanDraft.OneLine(value)} is left out: {translation.Reason}.",
                "Let the application give the value, or add a default by hand after the migration.");
        }

        return translation.Sql;
    }

    private string? Generated(PlannedColumn column)
    {
        string expression = column.Source.Generated!;
        string? reason;
        if (table.Partition?.Column == column)
        {
            reason = "PostgreSQL partitions by no computed column";
        }
        else
        {
            Translation translation = SqlTranslator.Expression(expression, table.Translation, column.Type);
            if (translation.Sql is not null) return translation.Sql;
            reason = translation.Reason;
        }

        Findings.Warn(
            "ComputedColumnCopied",
            $"{table.Name}.{column.Name}",
            $"PostgreSQL does not compute {PlanDraft.OneLine(expression)}: {reason}. Its values are copied into an ordinary column.",
            "Let the application, or a trigger in PostgreSQL, fill it for new rows.");
        return null;
    }

    // Also within a text: it is only for a name.
    private static bool Mentions(string sql, string column) =>
        Regex.IsMatch(sql, $@"(?<!\w){Regex.Escape(column)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private List<string> Checks()
    {
        var carried = new List<(SourceCheck Check, string Sql)>();
        foreach (SourceCheck check in table.Source.Checks)
        {
            Translation translation = SqlTranslator.Condition(check.Sql, table.Translation);
            if (translation.Sql is not null)
            {
                carried.Add((check, translation.Sql));
                continue;
            }

            Findings.Warn(
                "CheckNotCarried",
                table.Name,
                $"CHECK ({PlanDraft.OneLine(check.Sql)}) is left out: {translation.Reason}.",
                "Let the application check it, or add a constraint by hand after the migration.");
        }

        TellOfBrokenChecks([.. carried.Select(c => c.Check)]);
        return [.. carried.Select(c => $"CONSTRAINT {PlanDraft.Quote(Name(c.Check))} CHECK ({c.Sql})")];
    }

    private string Name(SourceCheck check)
    {
        if (check.Name is not { } name)
        {
            PlannedColumn[] mentioned = [.. table.Columns.Where(c => Mentions(check.Sql, c.Name))];
            return table.Constraints.TakeDerived(NameMapper.Stem(table.TargetName, mentioned.Length == 1 ? [mentioned[0].TargetName] : []), "_check");
        }

        string target = table.Constraints.Take(name, "unnamed");
        NameMapper.TellOfChange(Findings, $"{table.Name}.{name}", name, target, "table");
        return target;
    }

    // Checks can be switched off in SQLite, and are not looked at when a database is opened.
    private void TellOfBrokenChecks(IReadOnlyList<SourceCheck> checks)
    {
        if (checks.Count == 0 || table.Profile.Rows == 0) return;
        try
        {
            if (!draft.Rows.Any(table.Source, string.Join(" OR ", checks.Select(c => $"NOT ({c.Sql}\n)")))) return;
            foreach (SourceCheck check in checks)
            {
                (long count, string shown) = draft.Rows.Find(table.Source, $"NOT ({check.Sql}\n)");
                if (count == 0) continue;
                Findings.Error(
                    "CheckBroken",
                    table.Name,
                    string.Create(CultureInfo.InvariantCulture, $"{count} rows break CHECK ({PlanDraft.OneLine(check.Sql)}): {shown}."),
                    "Correct these rows; PostgreSQL takes none that breaks a check.");
            }
        }
        catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
        {
            // It names a function or a collation of the application's. PostgreSQL looks at each row itself when it is copied.
        }
    }
}
