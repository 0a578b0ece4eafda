using EmrSim.Core.Migration.Schema;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Schema;

public sealed class SourceSchemaReaderTests
{
    [Theory]
    [InlineData("unsigned big int", "Integer")]
    [InlineData("NUMERIC(10, 2)", "Numeric")]
    [InlineData("timestamp without time zone", "Numeric")]
    [InlineData("byte", "Numeric")]
    [InlineData("LONGVARCHAR", "Text")]
    [InlineData("CHARINT", "Integer")]
    [InlineData("FLOATING POINT", "Integer")]
    [InlineData("DOUBLE PRECISION", "Real")]
    [InlineData("BLOB SUB_TYPE TEXT", "Text")]
    [InlineData("STRING", "Numeric")]
    [InlineData("ANY", "Numeric")]
    [InlineData("", "Blob")]
    public void M19_A_declared_type_of_any_words_is_read_with_its_affinity(string type, string affinity)
    {
        SourceColumn column = SchemaDatabase.Table($"CREATE TABLE t(a {type} NOT NULL, b)").Columns[0];

        Assert.Equal((type, affinity, true), (column.DeclaredType, column.Affinity.ToString(), column.NotNull));
    }

    [Fact]
    public void M19_A_type_in_quotes_is_read_without_them() =>
        Assert.Equal(["byte[]", "a b"], SchemaDatabase.Table("CREATE TABLE t(a \"byte[]\", b [a b])").Columns.Select(c => c.DeclaredType));

    [Fact]
    public void M19_ANY_of_a_STRICT_table_takes_values_as_they_come() =>
        Assert.Equal(SqliteAffinity.Blob, SchemaDatabase.Table("CREATE TABLE t(a ANY) STRICT").Columns[0].Affinity);

    [Theory]
    [InlineData("id INTEGER PRIMARY KEY", "id")]
    [InlineData("id INTEGER PRIMARY KEY ASC AUTOINCREMENT", "id")]
    [InlineData("id INTEGER, PRIMARY KEY(id DESC)", "id")]
    [InlineData("id \"INTEGER\" PRIMARY KEY", "id")]
    [InlineData("id INTEGER PRIMARY KEY DESC", null)]
    [InlineData("id INT PRIMARY KEY", null)]
    [InlineData("id INTEGER, b, PRIMARY KEY(id, b)", null)]
    [InlineData("id INTEGER", null)]
    public void M23_Only_a_lone_INTEGER_PRIMARY_KEY_is_the_rowid(string columns, string? alias)
    {
        SourceTable table = SchemaDatabase.Table($"CREATE TABLE t({columns})");

        Assert.Equal(alias, table.RowidAlias);
        Assert.Equal(columns.Contains("PRIMARY", StringComparison.Ordinal), table.PrimaryKey is not null);
    }

    [Fact]
    public void M21_AUTOINCREMENT_is_seen_and_its_table_is_no_leftover()
    {
        SourceSchema schema = SchemaDatabase.Read("CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE b(id INTEGER PRIMARY KEY)");

        Assert.Equal([true, false], schema.Tables.Select(t => t.AutoIncrement));
        Assert.Empty(schema.Leftovers);
    }

    [Fact]
    public void M26_M27_WITHOUT_ROWID_and_STRICT_are_seen()
    {
        SourceTable table = SchemaDatabase.Table("CREATE TABLE t(b INTEGER, a TEXT, PRIMARY KEY(b, a COLLATE NOCASE)) STRICT, WITHOUT ROWID");

        Assert.True(table is { WithoutRowid: true, Strict: true, RowidAlias: null });
        Assert.Equal(["b BINARY", "a NOCASE"], table.PrimaryKey!.Columns.Select(c => $"{c.Column} {c.Collation}"));
        Assert.All(table.Columns, c => Assert.True(c.NotNull));
    }

    [Fact]
    public void M25_The_order_of_a_composite_key_is_kept() =>
        Assert.Equal(["b", "a"], SchemaDatabase.Table("CREATE TABLE t(a, b, CONSTRAINT k PRIMARY KEY(b DESC, a))").PrimaryKey!.Columns.Select(c => c.Column));

    [Fact]
    public void M29_Keys_and_indexes_come_once_with_their_names_and_conflicts()
    {
        SourceTable table = SchemaDatabase.Table(
            "CREATE TABLE t(a TEXT PRIMARY KEY UNIQUE, b TEXT COLLATE nocase CONSTRAINT ub UNIQUE ON CONFLICT REPLACE, c, UNIQUE(b), UNIQUE(c, b COLLATE BINARY), " +
            "CONSTRAINT cb UNIQUE(c, b) ON CONFLICT ABORT);" +
            "CREATE INDEX i2 ON t(c DESC, lower(a) || ')' COLLATE rtrim, (b)) WHERE c > 1 -- why\n AND b IS NOT NULL; CREATE UNIQUE INDEX i1 ON t(b COLLATE BINARY)");

        Assert.Equal(["a"], table.PrimaryKey!.Columns.Select(c => c.Column));
        Assert.Equal(
            ["ub b NOCASE REPLACE", " c BINARY, b BINARY ", "cb c BINARY, b NOCASE "],
            table.UniqueKeys.Select(k => $"{k.Name} {string.Join(", ", k.Columns.Select(c => $"{c.Column} {c.Collation}"))} {k.OnConflict}"));
        Assert.Equal(["i1", "i2"], table.Indexes.Select(i => i.Name));
        Assert.True(table.Indexes[0] is { Unique: true, Where: null });
        Assert.Equal(
            [new("c", null, "BINARY", true), new(null, "lower(a) || ')' COLLATE rtrim", "BINARY", false), new("b", null, "NOCASE", false)],
            table.Indexes[1].Columns);
        Assert.Equal("c > 1 -- why\n AND b IS NOT NULL", table.Indexes[1].Where);
    }

    [Theory]
    [InlineData("lower(a) COLLATE NOCASE", "lower(a)", "NOCASE")]
    [InlineData("((lower(a)) COLLATE NOCASE)", "(lower(a))", "NOCASE")]
    [InlineData("a || b COLLATE NOCASE", "a || b COLLATE NOCASE", "BINARY")]
    public void M29_The_collation_of_an_expression_is_taken_off_it(string term, string expression, string collation)
    {
        SourceIndexColumn column = SchemaDatabase.Table($"CREATE TABLE t(a, b); CREATE INDEX i ON t({term})").Indexes[0].Columns[0];

        Assert.Equal(new SourceIndexColumn(null, expression, collation, false), column);
    }

    [Fact]
    public void M28_Foreign_keys_of_every_kind_are_read()
    {
        SourceSchema schema = SchemaDatabase.Read(
            "CREATE TABLE Parent(a TEXT, b TEXT, PRIMARY KEY(b, a)); CREATE TABLE other(id INTEGER PRIMARY KEY);" +
            "CREATE TABLE child(x TEXT, y TEXT, z INT CONSTRAINT zf REFERENCES other ON DELETE SET DEFAULT ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED," +
            " w INT REFERENCES parent, v INT REFERENCES missing(id) NOT DEFERRABLE INITIALLY DEFERRED, u REFERENCES missing, self INT REFERENCES child(Z)," +
            " CONSTRAINT pf FOREIGN KEY (X, y) REFERENCES PARENT ON DELETE CASCADE, FOREIGN KEY(x, y) REFERENCES parent(A, b) MATCH FULL)");
        SourceTable child = schema.Tables.Single(t => t.Name == "child");

        Assert.Equal(
            [
                "zf z > other(id) RESTRICT/SET DEFAULT deferred", " w > Parent(?) NO ACTION/NO ACTION", " v > missing(id) NO ACTION/NO ACTION",
                " u > missing(?) NO ACTION/NO ACTION", " self > child(z) NO ACTION/NO ACTION", "pf x,y > Parent(b,a) NO ACTION/CASCADE",
                " x,y > Parent(a,b) NO ACTION/NO ACTION",
            ],
            child.ForeignKeys.Select(k =>
                $"{k.Name} {string.Join(",", k.Columns)} > {k.Parent}({(k.ParentColumns is null ? "?" : string.Join(",", k.ParentColumns))}) " +
                $"{k.OnUpdate}/{k.OnDelete}{(k.Deferred ? " deferred" : "")}"));
    }

    [Fact]
    public void M33_Generated_columns_tell_how_they_are_computed()
    {
        SourceTable table = SchemaDatabase.Table(
            "CREATE TABLE t(a INT, b TEXT GENERATED ALWAYS AS (a || ')') STORED NOT NULL, c AS (a + (1)), d INT GENERATED ALWAYS AS (a) VIRTUAL CHECK (d > 0))");

        Assert.Equal([(null, false), ("a || ')'", true), ("a + (1)", false), ("a", false)], table.Columns.Select(c => (c.Generated, c.GeneratedIsStored)));
        Assert.Equal(["INT", "TEXT", "", "INT"], table.Columns.Select(c => c.DeclaredType));
    }

    [Fact]
    public void M34_Defaults_are_read_as_they_are_written()
    {
        SourceTable table = SchemaDatabase.Table(
            "CREATE TABLE t(a DEFAULT 'it''s (', b DEFAULT (datetime('now', '+1 day')), c DEFAULT -5, d DEFAULT \"foo\", e DEFAULT NULL, f DEFAULT 'null', " +
            "g DEFAULT CURRENT_TIMESTAMP NOT NULL, h DEFAULT x'00', i DEFAULT TRUE, j)");

        Assert.Equal(
            ["'it''s ('", "datetime('now', '+1 day')", "-5", "\"foo\"", "NULL", "'null'", "CURRENT_TIMESTAMP", "x'00'", "TRUE", null],
            table.Columns.Select(c => c.Default));
    }

    [Fact]
    public void M35_CHECKs_triggers_and_views_are_read()
    {
        SourceSchema schema = SchemaDatabase.Read(
            "CREATE TABLE t(a CHECK (a GLOB '*[)]*' /* ) */), b CONSTRAINT bc CHECK (b IN (1, (2))), CONSTRAINT tc CHECK (a <> b) CHECK (1));" +
            "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END; CREATE VIEW v(x) AS SELECT a FROM t");

        Assert.Equal(
            [new(null, "a GLOB '*[)]*'"), new("bc", "b IN (1, (2))"), new("tc", "a <> b"), new(null, "1")],
            schema.Tables[0].Checks);
        Assert.Equal(("trigger", "tr", "t"), (schema.Leftovers[0].Kind, schema.Leftovers[0].Name, schema.Leftovers[0].Table));
        Assert.Equal("CREATE VIEW v(x) AS SELECT a FROM t", schema.Views.Single().Sql);
    }

    [Fact]
    public void M36_Virtual_tables_their_shadows_and_statistics_are_left_over()
    {
        SourceSchema schema = SchemaDatabase.Read(
            "CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT); CREATE VIRTUAL TABLE docs_fts USING fts5(body, content='docs'); CREATE VIRTUAL TABLE box USING rtree(id, a, b);" +
            "CREATE TABLE docs_fts_notes(x); CREATE INDEX docs_body ON docs(body); INSERT INTO docs(body) VALUES('x'); ANALYZE");

        Assert.Equal(["docs", "docs_fts_notes"], schema.Tables.Select(t => t.Name));
        Assert.Equal(
            ["shadow table: box_node", "shadow table: box_parent", "shadow table: box_rowid", "shadow table: docs_fts_config", "shadow table: docs_fts_data",
                "shadow table: docs_fts_docsize", "shadow table: docs_fts_idx", "virtual table: box", "virtual table: docs_fts"],
            schema.Leftovers.Where(l => l.Kind != "statistics").Select(l => $"{l.Kind}: {l.Name}").Order(StringComparer.Ordinal));
        Assert.Contains(schema.Leftovers, l => l is { Kind: "statistics", Name: "sqlite_stat1" });
    }

    [Fact]
    public void M36_Shadows_of_a_module_that_is_not_there_are_known_by_their_statements()
    {
        SourceSchema schema = SchemaDatabase.Read(
            "CREATE TABLE w_vocab(\n  id INTEGER PRIMARY KEY,\n  rank INT,\n  langid INT,\n  word TEXT,\n  k1 TEXT,\n  k2 TEXT\n); CREATE TABLE w_words(id); PRAGMA writable_schema=1;" +
            "INSERT INTO sqlite_schema VALUES('table', 'w', 'w', 0, 'CREATE VIRTUAL TABLE w USING \"spellfix1\"(a(b))'); PRAGMA writable_schema=0");

        Assert.Equal(["w_words"], schema.Tables.Select(t => t.Name));
        Assert.Equal(["virtual table", "shadow table"], schema.Leftovers.Select(l => l.Kind));
    }

    [Theory]
    [InlineData("CREATE TABLE v_content(id INTEGER PRIMARY KEY, body); CREATE VIRTUAL TABLE v USING fts5(body, content='v_content', content_rowid='id')", "v_content")]
    [InlineData("CREATE TABLE v_content(id INTEGER PRIMARY KEY, c0); CREATE VIRTUAL TABLE v USING fts5(c0, c = v_content, content_rowid=id)", "v_content")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(body, content=''); CREATE TABLE v_content(id INTEGER PRIMARY KEY, c0)", "v_content")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(body, columnsize=0); CREATE TABLE v_docsize(id INTEGER PRIMARY KEY, weight BLOB)", "v_docsize")]
    [InlineData("CREATE TABLE v_content(docid INTEGER PRIMARY KEY, 'c0body'); CREATE VIRTUAL TABLE v USING fts4(c0body, content=\"v_content\")", "v_content")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts4(body, matchinfo=fts3); CREATE TABLE v_docsize(id INTEGER PRIMARY KEY, size)", "v_docsize")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts4(body, matchinfo=fts3); CREATE TABLE v_docsize(docid INTEGER PRIMARY KEY, size BLOB)", "v_docsize")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(body, columnsize=0); CREATE TABLE v_docsize(id INTEGER PRIMARY KEY, sz BLOB)", "v_docsize")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts3(body); CREATE TABLE v_stat(id INTEGER PRIMARY KEY, goals, value)", "v_stat")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts3(body); CREATE TABLE v_docsize(docid INTEGER PRIMARY KEY, size BLOB)", "v_docsize")]
    [InlineData("CREATE VIRTUAL TABLE v USING rtree(id, a, b); CREATE TABLE v_content(id)", "v_content")]
    [InlineData("CREATE VIRTUAL TABLE \"o'v\" USING fts4(body, \"two words\", languageid=lang); ALTER TABLE \"o'v\" RENAME TO v; CREATE TABLE v_config(k)", "v_config")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(body, content, tokenize=\"unicode61 tokenchars '-,('\"); CREATE TABLE v_stat(id)", "v_stat")]
    public void M36_A_table_that_only_has_the_name_of_a_shadow_is_carried(string sql, string table)
    {
        SourceSchema schema = SchemaDatabase.Read(sql);

        Assert.Equal([table], schema.Tables.Select(t => t.Name));
        Assert.All(schema.Leftovers.Where(l => l.Kind == "shadow table"), l => Assert.Equal("v", l.Table));
    }

    [Theory]
    [InlineData("fts3(body, \"two words\")", 3)]
    [InlineData("fts4(body, \"it's\")", 5)]
    [InlineData("fts4(body, languageid=lang, prefix='2,3')", 5)]
    [InlineData("fts4(body, content='t')", 4)]
    [InlineData("fts5(body, title UNINDEXED)", 5)]
    [InlineData("fts5(body, columnsize=1)", 5)]
    [InlineData("fts5(body, columnsize=0)", 4)]
    [InlineData("fts5(body, content='t')", 4)]
    [InlineData("fts5(body, content='', contentless_delete=1)", 4)]
    [InlineData("rtree(id, a, b, +note TEXT, +more)", 3)]
    [InlineData("rtree_i32(id, a, b)", 3)]
    public void M36_Whatever_a_module_makes_for_itself_is_known(string module, int shadows)
    {
        SourceSchema schema = SchemaDatabase.Read($"CREATE TABLE t(body); CREATE VIRTUAL TABLE v USING {module}");

        Assert.Equal(["t"], schema.Tables.Select(t => t.Name));
        Assert.Equal(shadows, schema.Leftovers.Count(l => l.Kind == "shadow table" && l.Table == "v"));
    }

    [Fact]
    public void M36_A_parenthesis_in_the_name_of_a_virtual_table_is_none_of_its_module()
    {
        SourceSchema schema = SchemaDatabase.Read("CREATE TABLE t(body); CREATE VIRTUAL TABLE \"t (fts)\" USING fts5(body, content='t')");

        Assert.Equal(["t"], schema.Tables.Select(t => t.Name));
        Assert.Equal(4, schema.Leftovers.Count(l => l.Kind == "shadow table"));
    }

    [Fact]
    public void M37_Temporary_and_attached_tables_are_no_part_of_it()
    {
        using var folder = new TempFolder();
        string path = folder.File("a.db");
        TestDatabase.Run(path, "CREATE TABLE a(x); CREATE TEMP TABLE b(x); ATTACH ':memory:' AS m; CREATE TABLE m.c(x)");

        Assert.Equal(["a"], SchemaDatabase.ReadFile(path).Tables.Select(t => t.Name));
    }

    [Fact]
    public void M38_Names_of_every_kind_are_read()
    {
        SourceSchema schema = SchemaDatabase.Read(
            "CREATE TABLE [user; \"x\"](\"a\"\"b\" INT, `c``d` TEXT, [select], 'text' BLOB, Größe REAL, key TEXT, \"\" INT, replace, match CHECK (match > end), end, " +
            "CHECK (\"a\"\"b\" > 0), /* , */ FOREIGN KEY (key) REFERENCES \"user; \"\"x\"\"\"([select])); CREATE INDEX \"i \"\" j\" ON [user; \"x\"](\"a\"\"b\" DESC, key)");

        SourceTable table = schema.Tables.Single();
        Assert.Equal("user; \"x\"", table.Name);
        Assert.Equal(["a\"b", "c`d", "select", "text", "Größe", "key", "", "replace", "match", "end"], table.Columns.Select(c => c.Name));
        Assert.Equal(["a\"b", "key"], table.Indexes.Single().Columns.Select(c => c.Column));
        Assert.Equal("i \" j", table.Indexes[0].Name);
        Assert.Equal("user; \"x\"", table.ForeignKeys.Single().Parent);
    }

    [Fact]
    public void Tables_that_were_altered_are_read_as_they_are_now()
    {
        SourceTable table = SchemaDatabase.Table(
            "CREATE TABLE old(a INT, b TEXT CHECK (b <> ''), CONSTRAINT u UNIQUE(b) -- end\n); ALTER TABLE old ADD COLUMN c TEXT NOT NULL DEFAULT 'x)' COLLATE NOCASE;" +
            "ALTER TABLE old ADD COLUMN d INT REFERENCES old(a) CHECK (d > 0); ALTER TABLE old RENAME COLUMN b TO \"new b\"; ALTER TABLE old RENAME TO \"my table\";" +
            "ALTER TABLE \"my table\" DROP COLUMN a");

        Assert.Equal("my table", table.Name);
        Assert.Equal(["new b", "c", "d"], table.Columns.Select(c => c.Name));
        Assert.Equal(("'x)'", "NOCASE"), (table.Columns[1].Default, table.Columns[1].Collation));
        Assert.Equal(["\"new b\" <> ''", "d > 0"], table.Checks.Select(c => c.Sql));
        Assert.Equal("u", table.UniqueKeys.Single().Name);
        Assert.Equal("my table", table.ForeignKeys.Single().Parent);
    }

    [Fact]
    public void A_table_made_by_CREATE_TABLE_AS_is_read() =>
        Assert.Equal(
            ["a INT", "b "],
            SchemaDatabase.Read("CREATE TABLE s(a INTEGER, b); CREATE TABLE t AS SELECT * FROM s").Tables[1].Columns.Select(c => $"{c.Name} {c.DeclaredType}"));

    [Fact]
    public void The_sample_schema_of_two_encodings_reads_alike()
    {
        const string Sql = "CREATE TABLE turns(id TEXT PRIMARY KEY, größe TEXT DEFAULT '🩺', CHECK (größe <> 'ß')); CREATE UNIQUE INDEX i ON turns(größe) WHERE größe <> 'ä'";

        SourceTable utf8 = SchemaDatabase.Table(Sql);
        SourceTable utf16 = SchemaDatabase.Table("PRAGMA encoding='UTF-16le'; " + Sql);

        Assert.Equal(utf8.Columns, utf16.Columns);
        Assert.Equal(utf8.Checks, utf16.Checks);
        Assert.Equal(utf8.Indexes[0].Where, utf16.Indexes[0].Where);
    }
}
