using CsCheck;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Verification.Support;

/// <summary>A database of a random shape as a script, written by Microsoft.Data.Sqlite and not by the code under test.</summary>
internal sealed record GeneratedDatabase(string Pragmas, byte SchemaFormat, GeneratedTable[] Tables, string[] Extras)
{
    // A table's name that looks like a number is one to PRAGMA integrity_check.
    private static readonly string[] s_tableNames = ["t", "two words", "q\"t", "order", "7", "0", "1e3", "it's", "größe", "sqlitex", "main", "[b]"];
    private static readonly int[] s_pageSizes = [512, 512, 1024, 4096, 8192, 65536];
    private static readonly string[] s_encodings = ["UTF-8", "UTF-8", "UTF-8", "UTF-8", "UTF-16le", "UTF-16be"];

    // 1 is what SQLite wrote before 2006: without descending indexes, and 0 and 1 take a byte each. Its place in the file: byte 47.
    private static readonly byte[] s_schemaFormats = [4, 4, 4, 1];

    private static readonly string[][] s_extras =
    [
        [], [], [],
        ["CREATE VIRTUAL TABLE notes USING fts5(body)", "INSERT INTO notes SELECT 'pain ' || value FROM json_each('[1,2,3,4,5,6,7,8]')"],
        ["CREATE VIRTUAL TABLE area USING rtree(id, x0, x1)", "INSERT INTO area SELECT value, value, value + 2 FROM json_each('[1,2,3,4,5]')"],
        ["ANALYZE"],
        ["CREATE TABLE gone(x)", "INSERT INTO gone SELECT zeroblob(3000) FROM json_each('[1,2,3,4,5,6,7,8]')", "DROP TABLE gone"],
        ["CREATE VIEW v AS SELECT 1 AS rowid"],
    ];

    internal static readonly Gen<GeneratedDatabase> Any = Gen.Select(
        Gen.OneOf(s_pageSizes), Gen.OneOf(s_encodings), Gen.Int[0, 2], Gen.OneOf(s_schemaFormats),
        Gen.Shuffle(s_tableNames, 1, 2).SelectMany(n => n.Length == 1
            ? GeneratedTable.Of(n[0]).Select(t => (GeneratedTable[])[t])
            : Gen.Select(GeneratedTable.Of(n[0]), GeneratedTable.Of(n[1]), (a, b) => (GeneratedTable[])[a, b])),
        Gen.OneOf(s_extras),
        (pageSize, encoding, vacuum, format, tables, extras) => new GeneratedDatabase(
            $"PRAGMA page_size={pageSize}; PRAGMA encoding='{encoding}'; PRAGMA auto_vacuum={vacuum}", format, tables, extras));

    /// <summary>Writes the database. A statement that breaks a constraint is left out, as an application would do.</summary>
    internal void Create(string path)
    {
        TestDatabase.Run(path, Pragmas + "; CREATE TABLE first(x); DROP TABLE first");
        using (FileStream file = File.OpenWrite(path))
        {
            file.Position = 47;
            file.WriteByte(SchemaFormat);
        }

        using SqliteConnection connection = TestDatabase.Open(path);
        TestDatabase.Run(connection, "PRAGMA synchronous=0; PRAGMA journal_mode=MEMORY");
        foreach (GeneratedTable table in Tables)
        {
            TestDatabase.Run(connection, table.Create);
            foreach (string sql in table.Statements) Try(connection, sql);
        }

        foreach (string sql in Extras) TestDatabase.Run(connection, sql);
    }

    /// <summary>The script, to be read and run by hand.</summary>
    public override string ToString() =>
        string.Join(";\n", [$"{Pragmas} -- schema format {SchemaFormat}", .. Tables.SelectMany(t => (string[])[t.Create, .. t.Statements]), .. Extras]) + ";\n";

    // SQLITE_ERROR: a function that takes no such value; SQLITE_FULL: no rowid left; SQLITE_CONSTRAINT; SQLITE_MISMATCH: no integer in an INTEGER PRIMARY KEY.
    private static void Try(SqliteConnection connection, string sql)
    {
        try
        {
            TestDatabase.Run(connection, sql);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 1 or 13 or 19 or 20)
        {
            // Left out.
        }
    }
}
