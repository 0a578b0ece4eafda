using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>Makes the objects of a schema in the new database, by the statements that made them in the source. Each that cannot be made is reported.</summary>
internal sealed class TargetSchema(SqliteDatabase database, SalvageReport report)
{
    private const string SequenceMaker = "CREATE TABLE _emr_sequence(id INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE _emr_sequence";

    /// <summary>Makes a table, and prepares to fill it; null where that is not possible.</summary>
    internal TargetTable? Table(SchemaEntry entry, SqliteEncoding encoding)
    {
        try
        {
            if (entry.Name.StartsWith("sqlite_stat", StringComparison.OrdinalIgnoreCase)) database.Execute("ANALYZE sqlite_schema");
            else if (!Create(entry)) return null;
            return Has(entry) ? TargetTable.Open(database, entry.Name, encoding) : null;
        }
        catch (SqliteFault fault) when (IsRefusal(fault))
        {
            report.Loss($"The table '{entry.Name}' could not be filled: {fault.Message}. Its rows were set aside.");
            return null;
        }
    }

    /// <summary>A string as SQL.</summary>
    internal static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Makes SQLite's own table for AUTOINCREMENT.</summary>
    internal void Sequence() => database.Execute(SequenceMaker);

    /// <summary>Makes an index, a view or a trigger.</summary>
    internal void Add(SchemaEntry entry)
    {
        if (entry.Sql is not null) Create(entry);
    }

    /// <summary>
    /// Enters virtual tables into the schema. Their statements would make the tables that hold their content, which are there already with all that could
    /// be read of it.
    /// </summary>
    /// <returns>Those that were entered: one that SQLite cannot read would make all of the schema unreadable.</returns>
    internal List<SchemaEntry> AddVirtual(IEnumerable<SchemaEntry> entries)
    {
        List<SchemaEntry> sound = [.. entries.Where(IsReadable)];
        Enter(database, sound);
        return sound;
    }

    private bool IsReadable(SchemaEntry entry)
    {
        try
        {
            using SqliteDatabase trial = SqliteDatabase.Open(":memory:", SqliteAccess.Create, CancellationToken.None);
            Enter(trial, [entry]);
            // Reads the schema anew.
            trial.Execute("PRAGMA writable_schema=RESET");
            if (trial.Integer($"SELECT count(*) FROM pragma_table_list WHERE type = 'virtual' AND name = {Literal(entry.Name)}") == 1) return true;
            report.Loss($"The definition of the virtual table '{entry.Name}' is damaged: it makes something else.");
        }
        catch (SqliteFault fault) when (IsRefusal(fault) || fault.IsDamage)
        {
            report.Loss(Explain(entry, fault));
        }

        return false;
    }

    private static void Enter(SqliteDatabase database, IEnumerable<SchemaEntry> entries)
    {
        database.Execute("PRAGMA writable_schema=ON");
        using (var insert = new SqliteInsert(database, "INSERT INTO sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('table', ?1, ?1, 0, ?2)"))
        {
            foreach (SchemaEntry entry in entries) insert.Run(entry.Name, entry.Sql);
        }

        database.Execute("PRAGMA writable_schema=OFF");
    }

    private bool Create(SchemaEntry entry)
    {
        try
        {
            // A text that a damaged or a forged database holds: it begins with CREATE, and only its first statement is run.
            int rc = raw.sqlite3_prepare_v2(database.Handle, entry.Sql, out sqlite3_stmt statement);
            using (statement)
            {
                if (rc == raw.SQLITE_OK) rc = raw.sqlite3_step(statement);
                if (rc != raw.SQLITE_DONE) database.Throw(rc);
            }

            if (Has(entry)) return true;
            report.Loss($"The definition of the {entry.Type} '{entry.Name}' is damaged: it makes something else.");
        }
        catch (SqliteFault fault) when (IsRefusal(fault))
        {
            report.Loss(Explain(entry, fault));
        }

        return false;
    }

    private static string Explain(SchemaEntry entry, SqliteFault fault) => fault.Code == raw.SQLITE_CONSTRAINT
        ? $"The index '{entry.Name}' of '{entry.Table}' could not be built, since rows break it: {fault.Message}. Remove them and make it again: {entry.Sql}"
        : $"The {entry.Type} '{entry.Name}' could not be made: {fault.Message}. It was: {entry.Sql}";

    private bool Has(SchemaEntry entry) =>
        database.Integer($"SELECT count(*) FROM sqlite_schema WHERE type = '{entry.Type}' AND name = {Literal(entry.Name)}") > 0;

    // What the schema asks for is not there; anything else is the disk's or ours.
    private static bool IsRefusal(SqliteFault fault) => fault.Code is raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_AUTH or raw.SQLITE_TOOBIG;
}
