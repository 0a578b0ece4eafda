using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Verification;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>The new database: made with the settings of the old one, filled, and checked.</summary>
internal sealed class TargetDatabase(string path, SalvageContext context, IProgress<OperationProgress>? progress, string activity)
{
    private static readonly string[] s_madeAnew = ["_data", "_idx", "_docsize"];

    /// <summary>Does all that; null where there was nothing to fill it with.</summary>
    internal EmrSalvage? Fill(SalvageRequest request)
    {
        PrivateFile.Create(path);
        IReadOnlyList<EmrSalvagedTable> tables;
        IReadOnlyList<SchemaEntry> virtualTables;
        string? aside;
        long setAside;
        using (SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.ReadWrite, context.Token))
        {
            database.Execute(Settings(context.Format));
            using var rows = new LostAndFound(database, context.Format.Encoding);
            var run = new SalvageRun(context, database, rows);
            tables = run.Run(request.FreePages);
            if (!run.FoundAnything) return null;
            (aside, setAside, virtualTables) = (rows.Name, rows.Rows, run.VirtualTables);
        }

        tables = Open(virtualTables, tables);
        ProgressMeter.Announce(progress, activity, "Checking the new database");
        Check();
        // Last: until then it is one file.
        if (context.Format.Wal) Execute("PRAGMA journal_mode=WAL");
        return new EmrSalvage
        {
            SourcePath = request.SourcePath,
            Destination = request.Destination,
            Outcome = EmrOutcome.Inconclusive,
            Tables = tables,
            LostAndFound = aside,
            SetAside = setAside,
            PagesRead = context.Map.Read,
            PagesDamaged = context.Map.Damaged,
            Problems = [],
            Duration = default,
        };
    }

    // A crash throws the file away, so a journal and syncs would buy nothing; the cache holds the indexes of the constraints while rows are written.
    private static string Settings(DatabaseFormat format) =>
        $"PRAGMA page_size={format.PageSize}; PRAGMA encoding='{Name(format.Encoding)}'; " +
        $"PRAGMA auto_vacuum={(format.AutoVacuum ? format.Incremental ? 2 : 1 : 0)}; " +
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE; PRAGMA locking_mode=EXCLUSIVE; " +
        "PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA recursive_triggers=OFF; " +
        $"PRAGMA user_version={format.UserVersion}; PRAGMA application_id={format.ApplicationId}";

    private static string Name(SqliteEncoding encoding) => encoding switch
    {
        SqliteEncoding.Utf16Le => "UTF-16le",
        SqliteEncoding.Utf16Be => "UTF-16be",
        _ => "UTF-8",
    };

    // A virtual table over damaged content answers wrongly or not at all; FTS5 makes its index anew from the texts that it keeps.
    private List<EmrSalvagedTable> Open(IReadOnlyList<SchemaEntry> entries, IReadOnlyList<EmrSalvagedTable> tables)
    {
        var known = tables.ToList();
        foreach (SchemaEntry entry in entries)
        {
            string name = SqliteDatabase.Quote(entry.Name);
            bool whole = tables.Where(t => t.Name.StartsWith(entry.Name + "_", StringComparison.OrdinalIgnoreCase)).All(t => t is { Lost: 0, Doubtful: 0 });
            try
            {
                using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.ReadWrite, context.Token);
                if (!whole && entry.Sql!.Contains("fts5", StringComparison.OrdinalIgnoreCase))
                {
                    database.Execute($"INSERT INTO {name}({name}) VALUES ('rebuild')");
                    // What was saved of these is no longer in them.
                    known.RemoveAll(t => s_madeAnew.Any(s => t.Name.Equals(entry.Name + s, StringComparison.OrdinalIgnoreCase)));
                }

                _ = database.Integer($"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1)");
                if (!whole) context.Report.Loss($"The virtual table '{entry.Name}' was made anew from what was saved of its content.");
            }
            catch (SqliteFault fault)
            {
                context.Report.Loss($"The virtual table '{entry.Name}' cannot be opened here: {fault.Message}. Its content is in tables named '{entry.Name}_…'.");
            }
        }

        return known;
    }

    private void Check()
    {
        using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.Copy, context.Token);
        CheckResult check = IntegrityCheck.Run(database, bySqliteAlone: false);
        if (check.Check.Outcome != EmrOutcome.Passed) context.Report.Loss($"The check of the new database: {check.Check.Detail}.");
        if (!context.Report.IsInconclusive) return;
        long references = database.Integer("SELECT count(*) FROM pragma_foreign_key_check");
        if (references > 0) context.Report.Note($"{references} rows refer to rows that are not there: PRAGMA foreign_key_check lists them.");
    }

    private void Execute(string sql)
    {
        using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.ReadWrite, context.Token);
        database.Execute(sql);
    }
}
