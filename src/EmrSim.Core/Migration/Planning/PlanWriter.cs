using System.Globalization;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Makes a plan of a schema and of what its rows hold.</summary>
internal static class PlanWriter
{
    /// <summary>Makes it.</summary>
    /// <param name="snapshot">The source, which is asked for rows that stand in the way.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="schema">The schema of the source.</param>
    /// <param name="profiles">One profile per table of the schema, in the same order.</param>
    internal static EmrMigrationPlan Write(SqliteSnapshot snapshot, MigrationPlanRequest request, SourceSchema schema, IReadOnlyList<TableProfile> profiles)
    {
        var findings = new FindingList();
        NameMap names = NameMapper.Map(schema, findings);
        IReadOnlyList<ColumnDecision>[] decisions = [.. schema.Tables.Zip(profiles, (t, p) => PartitionRule.Map(t, p, request))];
        findings.Add(decisions.SelectMany(t => t).SelectMany(d => d.Findings));
        if (TypeMapper.BigIntegerFinding(decisions.SelectMany(t => t)) is { } finding) findings.Add([finding]);
        PlannedTable[] tables = [.. schema.Tables.Select((t, i) => Table(t, profiles[i], decisions[i], names))];
        ReferenceTypes.Align(tables, request, new SourceRows(snapshot.Database));
        PartitionRule.Apply(request, tables, findings);
        var draft = new PlanDraft(snapshot.Database, request, schema, names, findings, tables);
        WriteDdl(draft);
        LeftoverFindings.Tell(schema, findings);
        VirtualTableFindings.Tell(snapshot.Database, schema, request.SkipVirtualTables, findings);
        return Finish(snapshot, draft);
    }

    private static PlannedTable Table(SourceTable table, TableProfile profile, IReadOnlyList<ColumnDecision> decisions, NameMap names) => new(
        table, profile, names.Relation(table.Name), [.. decisions.Select((d, i) => new PlannedColumn(d, profile.Columns[i], names.Column(table, d.Column)))]);

    private static void WriteDdl(PlanDraft draft)
    {
        foreach (PlannedTable table in draft.Tables)
        {
            new KeyWriter(draft, table).TakeNames();
            LimitFindings.Tell(table, draft.Findings);
            new TableWriter(draft, table).Write();
        }

        foreach (PlannedTable table in draft.Tables) new KeyWriter(draft, table).Write();
        foreach (PlannedTable table in draft.Tables) new IndexWriter(draft, table).Write();
        foreach (PlannedTable table in draft.Tables) new ForeignKeyWriter(draft, table).Write();
        new ViewWriter(draft).Write();
        // Last, so that which months there are changes no other name.
        foreach (PlannedTable table in draft.Tables) new PartitionWriter(draft, table).Write();
    }

    private static EmrMigrationPlan Finish(SqliteSnapshot snapshot, PlanDraft draft)
    {
        EmrMigrationTable[] tables = [.. draft.Tables.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => Table(draft, t))];
        var plan = new EmrMigrationPlan
        {
            SourcePath = draft.Request.Path,
            Target = draft.Request.Target,
            Schema = draft.Request.Schema,
            Mapping = draft.Request.Mapping,
            OnMisfit = draft.Request.OnMisfit,
            SkipVirtualTables = draft.Request.SkipVirtualTables,
            SchemaDigest = SqliteSchema.DigestWithoutStatistics(snapshot.Database),
            Tables = tables,
            Ddl = draft.Ddl,
            Findings = draft.Findings.Sorted,
            Hash = "",
            Seal = "",
        };
        plan = plan with { Hash = PlanHash.Of(plan) };
        return plan with { Seal = PlanHash.Seal(plan) };
    }

    private static EmrMigrationTable Table(PlanDraft draft, PlannedTable table)
    {
        IReadOnlyList<PlannedColumn> key = RowKey.Of(table, draft.Request.OnMisfit);
        if (key.Count == 0 && table.Profile.Rows > 0)
        {
            draft.Findings.Inform(
                "NoKey",
                table.Name,
                string.Create(CultureInfo.InvariantCulture, $"Nothing tells its {table.Profile.Rows} rows apart, so they are compared as a multiset: each as often as it is there."),
                "Nothing is to be done; with a primary key a difference could be named by its row.");
        }

        return new EmrMigrationTable
        {
            Name = table.Name,
            TargetName = table.TargetName,
            Rows = table.Profile.Rows,
            Columns = [.. table.Columns.Select(Column)],
            Key = [.. key.Select(k => k.Name)],
            PartitionBy = table.Partition?.Column.Name,
            PartitionPeriod = table.Partition?.Period.ToString().ToLowerInvariant(),
        };
    }

    private static EmrMigrationColumn Column(PlannedColumn column) => new()
    {
        Name = column.Name,
        TargetName = column.TargetName,
        DeclaredType = column.Source.DeclaredType,
        StoredClasses = Classes(column.Profile),
        TargetType = column.Type.ToString(),
        Nullable = !column.NotNull,
        Unit = column.Unit,
        Generated = column.GeneratedSql is not null,
        Identity = column.Identity,
        Reason = column.Reason,
    };

    private static Dictionary<string, long> Classes(ColumnProfile profile)
    {
        (string Name, long Count)[] all =
            [("integer", profile.Integers), ("real", profile.Reals), ("text", profile.Texts), ("blob", profile.Blobs), ("null", profile.Nulls)];
        return all.Where(c => c.Count > 0).ToDictionary(c => c.Name, c => c.Count);
    }
}
