using CsCheck;
using static EmrSim.Tests.Verification.Support.SqlLiteral;

namespace EmrSim.Tests.Verification.Support;

/// <summary>How a table finds its rows.</summary>
internal enum TableKind
{
    Keyless,
    IntegerKey,
    IntegerKeyDescending,
    Autoincrement,
    AnyKey,
    CompositeKey,
    WithoutRowid,
}

/// <summary>A table as a script: everything random about it is in these strings.</summary>
internal sealed record GeneratedTable(string Name, string[] Columns, string Create, GeneratedIndex[] Indexes, string[] Statements)
{
    // Names that SQLite itself gives a meaning, that need quotes, or that a careless PRAGMA takes for a number.
    private static readonly string[] s_names =
        ["a", "B", "rowid", "oid", "_rowid_", "two words", "q\"uote", "it's", "select", "1", "-5", "naïve", "desc", "x.y", "[z]", "🩺", "a,b", "rowid "];

    private static readonly string[] s_types =
        ["", "INT", "INTEGER", "REAL", "NUMERIC", "TEXT", "BLOB", "VARCHAR(10)", "DOUBLE PRECISION", "BOOLEAN"];

    private static readonly string[] s_strictTypes = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];
    private static readonly string[] s_collations = ["", "", " COLLATE NOCASE", " COLLATE RTRIM", " COLLATE BINARY"];
    private static readonly string[] s_constraints =
        ["", "", "", " UNIQUE", " NOT NULL DEFAULT 'd'", " DEFAULT 1", " CHECK({0} IS NOT 5 AND {0} <> ')' /* ( */)"];

    private static readonly string[] s_generated =
        ["{0}", "{0} || 'x'", "lower({0})", "typeof({0})", "length({0})", "{0} = {1}", "coalesce({0}, {1}, 1)", "{0} + 1"];

    private static readonly string[] s_defaults = ["1", "'2.0'", "NULL", "-0.5", "x'61'"];

    /// <summary>A table of 3 to 5 columns with up to 4 indexes and up to 120 rows, some written before the indexes and some after.</summary>
    internal static Gen<GeneratedTable> Of(string name) =>
        Gen.Select(Gen.Enum<TableKind>(), Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true))), Gen.Shuffle(s_names, 3, 5))
            .SelectMany((kind, strict, columns) => Gen.Select(
                Definition(kind, strict, columns), Last(strict, columns), GeneratedIndex.Of(name, columns).Array[0, 4], Gen.Double[0, 1],
                Rows(columns.Length - 1),
                (definition, last, indexes, early, rows) => new GeneratedTable(
                    name,
                    columns,
                    $"CREATE TABLE {Quote(name)}({string.Join(", ", definition.Columns)}{(last.Added ? "" : ", " + last.Sql)}{definition.Key}) {definition.Options}",
                    indexes,
                    Script(name, columns, last.Added ? last.Sql : null, early, indexes, rows))));

    private static Gen<(string[] Columns, string Key, string Options)> Definition(TableKind kind, bool strict, string[] columns) =>
        Gen.Select(Gen.OneOf(strict ? s_strictTypes : s_types), Gen.OneOf(s_collations), Gen.OneOf(s_constraints)).Array[columns.Length - 1].Select(parts =>
        {
            string key = parts[0].Item1 + parts[0].Item2;
            string first = kind switch
            {
                TableKind.IntegerKey => "INTEGER PRIMARY KEY",
                TableKind.IntegerKeyDescending => "INTEGER PRIMARY KEY DESC",
                TableKind.Autoincrement => "INTEGER PRIMARY KEY AUTOINCREMENT",
                TableKind.AnyKey or TableKind.WithoutRowid => key + " PRIMARY KEY",
                _ => key + string.Format(parts[0].Item3, Quote(columns[0])),
            };
            string[] options = [.. kind == TableKind.WithoutRowid ? (string[])["WITHOUT ROWID"] : [], .. strict ? (string[])["STRICT"] : []];
            string Other(string column, int i) => parts[i].Item1 + parts[i].Item2 + string.Format(parts[i].Item3, Quote(column));
            return (
                (string[])[.. columns.SkipLast(1).Select((c, i) => $"{Quote(c)} {(i == 0 ? first : Other(c, i))}")],
                kind == TableKind.CompositeKey ? $", PRIMARY KEY({Quote(columns[^2])}, {Quote(columns[0])})" : "",
                string.Join(", ", options));
        });

    // The last column: stored and computed, or added by ALTER TABLE to rows that lack it, as a constant or a computation.
    private static Gen<(string Sql, bool Added)> Last(bool strict, string[] columns) => Gen.Select(
        Gen.Int[0, 4], Gen.OneOf(strict ? s_strictTypes : s_types), Gen.OneOf(s_collations), Gen.OneOf(s_generated), Gen.OneOf(s_defaults),
        (way, type, collation, generated, value) =>
        {
            string expression = string.Format(generated, Quote(columns[^2]), Quote(columns[0])), name = $"{Quote(columns[^1])} {type}{collation}";
            return way switch
            {
                0 => ($"{name} AS ({expression}) VIRTUAL", true),
                1 => ($"{name} AS ({expression}) STORED", false),
                _ => ($"{name} DEFAULT {value}", true),
            };
        });

    private static Gen<(string Values, int What)[]> Rows(int columns) =>
        Gen.Select(Any.Array[columns].Select(v => string.Join(", ", v)), Gen.Int[0, 99]).Array[0, 120];

    private static string[] Script(
        string name, string[] columns, string? added, double early, GeneratedIndex[] indexes, (string Values, int What)[] rows)
    {
        string table = Quote(name), first = Quote(columns[0]), stored = string.Join(", ", columns.SkipLast(1).Select(Quote));
        string Early(int what) => $"{first} IS (SELECT {first} FROM {table} LIMIT 1 OFFSET {what - 90})";
        string Change((string Values, int What) row) => row.What switch
        {
            < 80 => $"INSERT OR IGNORE INTO {table}({stored}) VALUES({row.Values})",
            < 90 => $"INSERT OR REPLACE INTO {table}({stored}) VALUES({row.Values})",
            < 95 => $"UPDATE OR REPLACE {table} SET ({stored}) = ({row.Values}) WHERE {Early(row.What)}",
            _ => $"DELETE FROM {table} WHERE {Early(row.What)}",
        };

        int before = (int)(rows.Length * early);
        return
        [
            .. rows.Take(before).Select(Change),
            .. added is null ? (string[])[] : [$"ALTER TABLE {table} ADD COLUMN {added}"],
            .. indexes.Take(indexes.Length / 2).Select(i => i.Sql),
            .. rows.Skip(before).Select(Change),
            .. indexes.Skip(indexes.Length / 2).Select(i => i.Sql),
        ];
    }
}
