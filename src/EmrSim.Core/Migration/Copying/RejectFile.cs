using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// The rows and values that did not fit, as a script for psql: a comment with the reason, and the statement that would store them. Each value that did not fit stands within
/// <c>correct_this(…)</c>, a function that nobody has, so that it is loaded when somebody has corrected it and not before. It holds data of the database, so only its owner can read it. It
/// appears under its name when it is complete.
/// </summary>
/// <param name="path">Its path; nothing is made there before something is rejected.</param>
/// <param name="schema">The schema of the tables.</param>
internal sealed class RejectFile(string path, string schema) : IDisposable
{
    private readonly string _partial = path + DurableFile.PartialSuffix;
    private StreamWriter? _writer;

    /// <summary>How many rows have been written, whole or as a value of theirs.</summary>
    internal long Rows { get; private set; }

    /// <summary>Refuses a path at which there is something: another run's rejects, or the database itself.</summary>
    /// <param name="path">The path.</param>
    /// <param name="source">The database.</param>
    /// <exception cref="EmrSimException">TargetExists.</exception>
    internal static void RequireFree(string path, string source)
    {
        bool isBeside = SqliteSource.Sidecars(Path.GetFullPath(source)).Contains(Path.GetFullPath(path), StringComparer.OrdinalIgnoreCase);
        if (isBeside || File.Exists(path) || Directory.Exists(path)) throw Exists(path);
    }

    /// <summary>Writes a row that was left out.</summary>
    /// <exception cref="EmrSimException">DiskFull, AccessDenied, IoError, TargetExists.</exception>
    internal void AddRow(string table, IReadOnlyList<CopyColumn> columns, StatementRow row, string key, IReadOnlyList<Misfit> misfits)
    {
        var values = new RejectText(row, columns, misfits);
        Write(key, columns, misfits, $"INSERT INTO {Quote(table)} ({string.Join(", ", columns.Select(c => Quote(c.TargetName)))}) VALUES ({values.All()});");
    }

    /// <summary>Writes the values of a row that became NULL.</summary>
    /// <param name="table">The table's name in PostgreSQL.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="row">The row.</param>
    /// <param name="key">The row as a message names it.</param>
    /// <param name="keyColumns">The columns that tell it from all others; where there are none the statement is left to the reader.</param>
    /// <param name="misfits">What did not fit.</param>
    /// <exception cref="EmrSimException">DiskFull, AccessDenied, IoError, TargetExists.</exception>
    internal void AddValues(string table, IReadOnlyList<CopyColumn> columns, StatementRow row, string key, IReadOnlyList<int> keyColumns, IReadOnlyList<Misfit> misfits)
    {
        var values = new RejectText(row, columns, misfits);
        string sets = string.Join(", ", misfits.Select(m => $"{Quote(columns[m.Column].TargetName)} = {values.Of(m.Column)}"));
        string where = string.Join(" AND ", keyColumns.Select(k => $"{Quote(columns[k].TargetName)} = {values.Of(k)}"));
        // Where the row is not there any more the division by zero stops the script.
        Write(key, columns, misfits, where.Length > 0
            ? $"WITH changed AS (UPDATE {Quote(table)} SET {sets} WHERE {where} RETURNING 1) SELECT 1 / count(*) AS changed FROM changed \\gset"
            : $"-- The table has no key: UPDATE {Comment(Quote(table))} SET {Comment(sets)} WHERE …;");
    }

    /// <summary>Flushes it and gives it its name; gives the path, or null where nothing was rejected.</summary>
    /// <exception cref="EmrSimException">DiskFull, AccessDenied, IoError, TargetExists.</exception>
    internal string? Publish()
    {
        if (_writer is not { } writer) return null;
        Guard(() =>
        {
            writer.WriteLine("COMMIT;");
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
            writer.Dispose();
            if (File.Exists(path)) throw Exists(path);
            DurableFile.Publish(_partial, path);
        });
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
        try
        {
            _writer.Dispose();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // The disk that took no more is why nothing was migrated.
        }
        finally
        {
            File.Delete(_partial);
        }
    }

    private void Write(string key, IReadOnlyList<CopyColumn> columns, IReadOnlyList<Misfit> misfits, string statement) => Guard(() =>
    {
        StreamWriter writer = _writer ??= Begin();
        foreach (Misfit misfit in misfits) writer.WriteLine($"-- {Comment(key)}: {Comment(columns[misfit.Column].Name)} {Comment(misfit.Reason)}");
        writer.WriteLine(statement);
        Rows++;
    });

    private StreamWriter Begin()
    {
        ClearPartial();
        var writer = new StreamWriter(PrivateFile.OpenNew(_partial), new UTF8Encoding(false)) { NewLine = "\n" };
        writer.WriteLine("-- What did not fit. Put the right value in the place of each correct_this(…), then run this file with psql: all of it is loaded, or nothing.");
        writer.WriteLine("\\set ON_ERROR_STOP on");
        writer.WriteLine("SET client_encoding = 'UTF8';");
        writer.WriteLine("SET standard_conforming_strings = on;");
        writer.WriteLine("SET TimeZone = 'UTC';");
        writer.WriteLine("SET DateStyle = 'ISO, YMD';");
        writer.WriteLine($"SET search_path = {Quote(schema)};");
        writer.WriteLine("BEGIN;");
        return writer;
    }

    /// <summary>Removes what a run left that was killed; one that is at work has it open.</summary>
    private void ClearPartial()
    {
        if (!File.Exists(_partial)) return;
        try
        {
            new FileStream(_partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            throw new EmrSimException(ErrorCode.TargetExists, $"Another migration is writing '{_partial}'. Name another file with -RejectPath.", path, e);
        }

        File.Delete(_partial);
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The file of rejects could not be written, so nothing was migrated", path);
        }
    }

    private static EmrSimException Exists(string path) =>
        new(ErrorCode.TargetExists, $"'{path}' is there already, and rejects replace nothing. Name another file with -RejectPath, or move it away.", path);

    private static string Quote(string name) => PostgresNames.Quote(name);

    // A line break would end the comment, and what follows would be run.
    private static string Comment(string text) => text.ReplaceLineEndings(" ").Replace('\0', ' ');
}
