using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Says which virtual tables are left out; one that has the only copy of its rows is left out where the user said so, and stops the migration elsewhere.</summary>
internal static class VirtualTableFindings
{
    private const string Advice = "For full-text search make a tsvector column with a GIN index.";
    private const string Consent = "Copy its rows into an ordinary table first (CREATE TABLE … AS SELECT), or say -SkipVirtualTables to leave them behind.";

    /// <summary>Tells of all of them.</summary>
    /// <param name="database">The source, which is asked whether they hold rows.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="skip">Whether the user leaves their rows behind.</param>
    /// <param name="findings">Takes what is found.</param>
    internal static void Tell(SqliteDatabase database, SourceSchema schema, bool skip, FindingList findings)
    {
        foreach (SourceLeftover leftover in schema.Leftovers.Where(l => l.Kind == "virtual table")) Tell(database, leftover, skip, findings);
    }

    private static void Tell(SqliteDatabase database, SourceLeftover leftover, bool skip, FindingList findings)
    {
        string ddl = PlanDraft.OneLine(leftover.Sql);
        if (Loss(database, leftover) is { } loss && !skip)
        {
            findings.Error("VirtualTableHoldsRows", leftover.Name, $"The virtual table '{leftover.Name}' cannot be carried, and {loss}: {ddl}", $"{Consent} {Advice}");
            return;
        }

        findings.Warn("VirtualTableNotCarried", leftover.Name, $"The virtual table '{leftover.Name}' is left out with what it holds: {ddl}", Advice);
    }

    /// <summary>What would be lost with it; null where nothing is.</summary>
    private static string? Loss(SqliteDatabase database, SourceLeftover leftover)
    {
        if (VirtualTable.Read(leftover.Name, leftover.Sql).HasOwnRows == false) return null;
        try
        {
            bool holdsRows = database.Integer($"SELECT EXISTS (SELECT 1 FROM main.{SqliteDatabase.Quote(leftover.Name)})") != 0;
            return holdsRows ? "it holds rows of its own" : null;
        }
        catch (SqliteFault fault) when (!fault.IsBusy && fault.Code is not (raw.SQLITE_IOERR or raw.SQLITE_INTERRUPT))
        {
            return $"whether it holds rows of its own cannot be seen, since SQLite cannot read it here ({fault.Message})";
        }
    }
}
