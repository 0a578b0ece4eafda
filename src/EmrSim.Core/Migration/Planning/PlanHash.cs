using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmrSim.Core.Files;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// The digest of all that decides what a migration makes. Not in it is what changes from day to day or from place to place: rows and counts, the wording of reasons and
/// findings, path, target, name of the schema, and which partitions there are, since new months come with new rows; the rule that makes them is.
/// </summary>
internal static class PlanHash
{
    // Another one for another content.
    private const string Format = "EmrSim migration plan 1";

    /// <summary>The digest as lower-case hex. It follows from the plan alone, so a plan that was read can be compared with its own.</summary>
    internal static string Of(EmrMigrationPlan plan)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(digest, Format, plan.SchemaDigest, plan.Mapping.ToString(), plan.OnMisfit.ToString());
        foreach (EmrMigrationTable table in plan.Tables)
        {
            Add(digest, "table", table.Name, table.TargetName, table.PartitionBy ?? "", table.PartitionPeriod ?? "", string.Join('\0', table.Key));
            foreach (EmrMigrationColumn column in table.Columns)
            {
                Add(digest, "column", column.Name, column.TargetName, column.DeclaredType, column.TargetType, column.Unit.ToString());
                Add(digest, column.Nullable ? "nullable" : "", column.Generated ? "generated" : "", column.Identity ? "identity" : "");
            }
        }

        if (plan.SkipVirtualTables) Add(digest, "skip virtual tables");
        HashSet<string> tables = [.. plan.Tables.Select(t => t.TargetName)];
        foreach (EmrMigrationStatement statement in plan.Ddl)
        {
            // What else is made before the rows is a partition.
            if (statement.Phase == EmrDdlPhase.Table && !tables.Contains(statement.Object)) continue;
            Add(digest, "statement", statement.Phase.ToString(), statement.Object, statement.Sql);
        }

        // A plan that is carried out has none; so nobody takes an error out of a file and carries it out.
        foreach (EmrFinding error in plan.Findings.Where(f => f.Severity == EmrSeverity.Error)) Add(digest, "error", error.Id, error.Object);
        return Hex.Of(digest.GetHashAndReset());
    }

    /// <summary>The digest of everything that stands in a plan but where it comes from and goes to, as lower-case hex.</summary>
    internal static string Seal(EmrMigrationPlan plan) => Hex.Of(SHA256.HashData(PlanFile.Serialize(plan with { SourcePath = "", Target = null, Seal = "" })));

    private static void Add(IncrementalHash digest, params ReadOnlySpan<string> parts)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            digest.AppendData(length);
            digest.AppendData(bytes);
        }
    }
}
