using CsCheck;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Schema;

/// <summary>Whatever SQLite takes for a table is read, and what the statement says is what the pragmas say.</summary>
public sealed class GeneratedSchemaTests
{
    private static readonly string[] s_names =
        ["a", "\"b c\"", "[d\"e]", "`f``g`", "'h'", "key", "\"select\"", "größe", "\"x,y\"", "\"(\"", "replace", "\"i\"\"j\"", "[--k]", "\"/*\"", "end", "no", "temp"];

    private static readonly Gen<string> s_type = Gen.OneOf(
        "", "INTEGER", "INT", "integer", "TEXT", "VARCHAR(20)", "NUMERIC(10, 2)", "DECIMAL(+10,-2)", "unsigned big int", "\"byte[]\"", "timestamp without time zone", "BLOB",
        "REAL", "DOUBLE PRECISION", "any", "[my type]", "Boolean", "text /* c */ type");

    private static readonly Gen<string> s_space = Gen.OneOf(" ", "\n", " /* ,) */ ", " -- ' \n", "\t");

    private static readonly Gen<string> s_constraint = Gen.OneOf(
        "NOT NULL", "NULL", "UNIQUE", "UNIQUE ON CONFLICT IGNORE", "CONSTRAINT u1 UNIQUE", "CHECK (1 /* ) */ > 0)", "CONSTRAINT [c k] CHECK ('(' <> ')')", "DEFAULT 5",
        "DEFAULT -1.5e3", "DEFAULT 'a''b)'", "DEFAULT (1 + (2))", "DEFAULT CURRENT_TIMESTAMP", "DEFAULT draft", "DEFAULT \"x\"", "DEFAULT x'00ff'", "DEFAULT NULL", "DEFAULT TRUE",
        "COLLATE NOCASE", "COLLATE rtrim", "COLLATE \"BINARY\"", "REFERENCES p", "REFERENCES p(a) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        "REFERENCES p ON UPDATE SET NULL MATCH SIMPLE NOT DEFERRABLE", "NOT NULL ON CONFLICT REPLACE");

    private static readonly Gen<string> s_key = Gen.OneOf("", "", "PRIMARY KEY", "PRIMARY KEY DESC", "PRIMARY KEY ASC ON CONFLICT FAIL", "CONSTRAINT pk PRIMARY KEY");

    private static readonly Gen<string> s_options = Gen.OneOf("", "", "WITHOUT ROWID", "STRICT", "STRICT, WITHOUT ROWID");

    private static readonly Gen<string> s_sql =
        from space in s_space
        from names in Gen.Shuffle(s_names)
        from count in Gen.Int[1, 7]
        from types in s_type.Array[count]
        from constraints in s_constraint.Array[0, 3].Array[count]
        from key in s_key
        from generated in Gen.OneOf("", "", "AS (1 + ')' || a)", "GENERATED ALWAYS AS (length('(')) STORED", "GENERATED ALWAYS AS (1)")
        from extra in Gen.OneOf(
            Gen.Const(""),
            Gen.Const($", UNIQUE({names[0]})"),
            Gen.Const($", CONSTRAINT x CHECK ({names[0]} IS NOT NULL)"),
            Gen.Const($", UNIQUE({names[0]} COLLATE NOCASE DESC) ON CONFLICT ROLLBACK CONSTRAINT y CHECK (2)"),
            Gen.Const($", CONSTRAINT f FOREIGN KEY ({names[0]}) REFERENCES p ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED"),
            Gen.Const($", PRIMARY KEY ({names[count - 1]}{(count > 1 ? ", " + names[0] : "")})"))
        from options in s_options
        select $"CREATE TABLE{space}{names[^1]}({space}" + string.Join("," + space, Enumerable.Range(0, count).Select(i =>
            $"{names[i]} {types[i]}{space}{string.Join(space, constraints[i])}{(i == 0 ? space + key : i == count - 1 ? space + generated : "")}")) + $"{extra}){space}{options}";

    [Fact]
    public void A_generated_table_is_read_and_the_parser_agrees_with_the_pragmas()
    {
        using var folder = new TempFolder();
        string path = folder.File("a.db");
        int accepted = 0;
        s_sql.Sample(
            sql =>
            {
                File.Delete(path);
                try
                {
                    TestDatabase.Run(path, sql);
                }
                catch (Microsoft.Data.Sqlite.SqliteException)
                {
                    return;
                }

                Interlocked.Increment(ref accepted);
                Compare(SchemaDatabase.ReadFile(path).Tables.Single());
            },
            iter: 3_000,
            threads: 1);

        Assert.InRange(accepted, 500, 3_000);
    }

    private static void Compare(SourceTable table)
    {
        ParsedTable parsed = TableParser.Read(table.Sql);
        Assert.Equal(table.Name, parsed.Name);
        Assert.Equal((table.Strict, table.WithoutRowid), (parsed.Strict, parsed.WithoutRowid));
        for (int i = 0; i < table.Columns.Count; i++)
        {
            SourceColumn column = table.Columns[i];
            ParsedColumn written = parsed.Columns[i];
            Assert.Equal(column.Name, written.Name);
            // Of a computed column SQLite leaves the quotes of its type half undone.
            if (column.Generated is null) Assert.Equal(column.DeclaredType, written.Type, ignoreCase: true);
            Assert.Equal(column.Collation, written.Collation?.ToUpperInvariant() ?? "BINARY");
            Assert.Equal(column.Default, written.Default);
            Assert.Equal(column.GeneratedIsStored, written.Stored);
            // NOT NULL is implied in the key of either.
            bool ofKey = (table.WithoutRowid || (table.Strict && table.RowidAlias is null)) && table.PrimaryKey?.Columns.Any(c => c.Column == column.Name) == true;
            Assert.Equal(column.NotNull, written.NotNull || ofKey);
        }

        Assert.Equal(table.PrimaryKey?.Columns.Select(c => c.Column), parsed.PrimaryKey?.Columns.Select(c => table.Column(c.Column!)?.Name));
        Assert.Equal(table.ForeignKeys.Select(k => (k.Name, k.Parent, k.OnUpdate, k.OnDelete)), parsed.ForeignKeys.Select(k => (k.Name, k.Parent, k.OnUpdate, k.OnDelete)));
        foreach (SourceKey key in table.UniqueKeys) Assert.Contains(parsed.UniqueKeys, k => k.Columns.Count == key.Columns.Count && k.OnConflict == key.OnConflict);
    }
}
