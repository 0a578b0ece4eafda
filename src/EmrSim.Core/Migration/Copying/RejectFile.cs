using System.Globalization;
using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// The rows and values that did not fit, as a script for psql: a comment with the reason, and the statement that would store them. What is to be corrected is a literal in it.
/// It holds data of the database, so only its owner can read it. It appears under its name when it is complete.
/// </summary>
/// <param name="path">Its path; nothing is made there before something is rejected.</param>
/// <param name="schema">The schema of the tables.</param>
internal sealed class RejectFile(string path, string schema) : IDisposable
{
    private readonly string _partial = path + DurableFile.PartialSuffix;
    private StreamWriter? _writer;

    /// <summary>How many rows have been written, whole or as a value of theirs.</summary>
    internal long Rows { get; private set; }

    /// <summary>Writes a row that was left out.</summary>
    internal void AddRow(string table, IReadOnlyList<CopyColumn> columns, StatementRow row, string key, IReadOnlyList<Misfit> misfits)
    {
        StreamWriter writer = Begin(columns, key, misfits);
        writer.Write($"INSERT INTO {Quote(table)} ({string.Join(", ", columns.Select(c => Quote(c.TargetName)))}) VALUES (");
        for (int i = 0; i < columns.Count; i++)
        {
            if (i > 0) writer.Write(", ");
            writer.Write(Literal(row, i));
        }

        writer.WriteLine(");");
        Rows++;
    }

    /// <summary>Writes the values of a row that became NULL.</summary>
    /// <param name="table">The table's name in PostgreSQL.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="row">The row.</param>
    /// <param name="key">The row as a message names it.</param>
    /// <param name="keyColumns">The columns that tell it from all others; where there are none the statement is left to the reader.</param>
    /// <param name="misfits">What did not fit.</param>
    internal void AddValues(string table, IReadOnlyList<CopyColumn> columns, StatementRow row, string key, IReadOnlyList<int> keyColumns, IReadOnlyList<Misfit> misfits)
    {
        StreamWriter writer = Begin(columns, key, misfits);
        string sets = string.Join(", ", misfits.Select(m => $"{Quote(columns[m.Column].TargetName)} = {Literal(row, m.Column)}"));
        string where = string.Join(" AND ", keyColumns.Select(k => $"{Quote(columns[k].TargetName)} = {Literal(row, k)}"));
        writer.WriteLine(where.Length > 0 ? $"UPDATE {Quote(table)} SET {sets} WHERE {where};" : $"-- The table has no key: UPDATE {Quote(table)} SET {Comment(sets)} WHERE …;");
        Rows++;
    }

    /// <summary>Flushes it and gives it its name; gives the path, or null where nothing was rejected.</summary>
    internal string? Publish()
    {
        if (_writer is null) return null;
        _writer.WriteLine("COMMIT;");
        _writer.Flush();
        ((FileStream)_writer.BaseStream).Flush(flushToDisk: true);
        _writer.Dispose();
        DurableFile.Publish(_partial, path);
        _writer = null;
        return path;
    }

    /// <summary>Takes back what was published, since nothing was migrated that it could add to.</summary>
    internal void Withdraw()
    {
        if (Rows > 0) File.Delete(path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_writer is null) return;
        _writer.Dispose();
        File.Delete(_partial);
    }

    private StreamWriter Begin(IReadOnlyList<CopyColumn> columns, string key, IReadOnlyList<Misfit> misfits)
    {
        if (_writer is null)
        {
            File.Delete(_partial);
            _writer = new StreamWriter(PrivateFile.OpenNew(_partial), new UTF8Encoding(false)) { NewLine = "\n" };
            _writer.WriteLine("-- What did not fit. Correct the values that the comments name, then run this file with psql.");
            _writer.WriteLine("\\set ON_ERROR_STOP on");
            _writer.WriteLine("SET client_encoding = 'UTF8';");
            _writer.WriteLine("SET standard_conforming_strings = on;");
            _writer.WriteLine($"SET search_path = {Quote(schema)};");
            _writer.WriteLine("BEGIN;");
        }

        foreach (Misfit misfit in misfits) _writer.WriteLine($"-- {Comment(key)}: {Comment(columns[misfit.Column].Name)} {Comment(misfit.Reason)}");
        return _writer;
    }

    private static string Quote(string name) => PostgresNames.Quote(name);

    // A line break would end the comment, and what follows would be run.
    private static string Comment(string text) => text.ReplaceLineEndings(" ").Replace('\0', ' ');

    private static string Literal(StatementRow row, int column) => row.Type(column) switch
    {
        raw.SQLITE_NULL => "NULL",
        raw.SQLITE_INTEGER => row.Integer(column).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => Real(row.Real(column)),
        raw.SQLITE_TEXT => Text(row.Text(column)),
        _ => Bytes(row.Bytes(column)),
    };

    private static string Real(double value) =>
        double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : value > 0 ? "'Infinity'" : "'-Infinity'";

    // What PostgreSQL could not read even as a literal is shown byte by byte.
    private static string Text(ReadOnlySpan<byte> text) =>
        text.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(text)
            ? $"convert_from({Bytes(text)}, 'UTF8')"
            : PostgresNames.Literal(Encoding.UTF8.GetString(text));

    private static string Bytes(ReadOnlySpan<byte> bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";
}
