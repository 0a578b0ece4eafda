using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Says what of a database has no counterpart in PostgreSQL.</summary>
internal static class LeftoverFindings
{
    internal static void Tell(SourceSchema schema, FindingList findings)
    {
        foreach (SourceLeftover leftover in schema.Leftovers) Tell(leftover, findings);
        if (!schema.Tables.Any(t => t.ForeignKeys.Count > 0)) return;
        findings.Inform(
            "ForeignKeysHold",
            "foreign keys",
            "SQLite looks at foreign keys only where the application says PRAGMA foreign_keys = ON; PostgreSQL always does.",
            "See that the application writes parents before children, and deletes them after.");
    }

    private static void Tell(SourceLeftover leftover, FindingList findings)
    {
        string ddl = PlanDraft.OneLine(leftover.Sql);
        switch (leftover.Kind)
        {
            case "trigger":
                findings.Warn("TriggerNotCarried", leftover.Name, $"The trigger '{leftover.Name}' of '{leftover.Table}' is left out: {ddl}", "Write it anew in PL/pgSQL after the migration, or let the application do its work.");
                break;
            case "virtual table":
                // It may stop the migration: see VirtualTableFindings.
                break;
            case "shadow table":
                findings.Inform("ShadowTableNotCarried", leftover.Name, $"'{leftover.Name}' serves the virtual table '{leftover.Table}' only, and is left out with it.", "Nothing is to be done.");
                break;
            default:
                findings.Inform("StatisticsNotCarried", leftover.Name, $"'{leftover.Name}' ({leftover.Kind}) serves SQLite itself and is left out.", "Nothing is to be done; PostgreSQL gathers its own statistics.");
                break;
        }
    }
}
