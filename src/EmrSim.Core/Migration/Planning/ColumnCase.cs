using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>A column whose type is to be decided, with all that there is to know of it.</summary>
internal sealed record ColumnCase(SourceTable Table, SourceColumn Column, ColumnProfile Profile, MigrationPlanRequest Request)
{
    private const int MostSamples = 3;

    /// <summary>The column for messages and findings.</summary>
    internal string Name => $"{Table.Name}.{Column.Name}";

    internal long Numbers => Profile.Integers + Profile.Reals;

    /// <summary>Whether a primary key, a UNIQUE constraint or a unique index has it: two values of it that differ must not become one.</summary>
    internal bool IsInUniqueKey => (Table.PrimaryKey is { } primary && Has(primary.Columns)) || Table.UniqueKeys.Any(k => Has(k.Columns)) || Table.Indexes.Any(i => i.Unique && Has(i.Columns));

    /// <summary>Whether anything compares its values: a key, an index or a foreign key.</summary>
    internal bool IsInKey => IsInUniqueKey || Table.Indexes.Any(i => Has(i.Columns)) || IsInForeignKey;

    internal bool IsInForeignKey => Table.ForeignKeys.Any(f => f.Columns.Contains(Column.Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether no value may become NULL.</summary>
    internal bool RefusesNull => Column.NotNull || (Table.PrimaryKey is { } primary && Has(primary.Columns));

    /// <summary>How many values a type does not hold, and some of them.</summary>
    internal (long Count, IReadOnlyList<RowSample> Samples) Misfits(PgType type)
    {
        ColumnProfile p = Profile;
        if (type == p.Wanted) return (p.Misfits, p.MisfitSamples);
        IReadOnlyList<RowSample> unstorable = [.. new[] { p.FirstNul, p.FirstInvalid }.OfType<RowSample>()];
        return type.Kind switch
        {
            PgKind.Text => (Numbers + p.Blobs + p.NulTexts + p.InvalidTexts, Take(unstorable, p.IntegerSamples, p.RealSamples, p.BlobSamples)),
            PgKind.BigInt => (p.Texts + p.Blobs + p.Reals - p.WholeReals, Take(p.TextSamples, p.BlobSamples, p.Reals > p.WholeReals ? p.RealSamples : [])),
            PgKind.DoublePrecision => (p.Texts + p.Blobs + p.InexactIntegers, Take(p.TextSamples, p.BlobSamples, p.InexactIntegers > 0 ? p.IntegerSamples : [])),
            PgKind.Numeric => (p.Texts + p.Blobs + p.Infinities + p.MinusZeros, Take(p.TextSamples, p.BlobSamples, p.Infinities + p.MinusZeros > 0 ? p.RealSamples : [])),
            PgKind.Bytea => (Numbers + p.Texts, Take(p.TextSamples, p.IntegerSamples, p.RealSamples)),
            _ => (p.Misfits, p.MisfitSamples),
        };
    }

    /// <summary>Rows as a message names them.</summary>
    internal static string Rows(IReadOnlyList<RowSample> samples) => string.Join("; ", samples.Select(s => $"{s.Key}: {s.Detail}"));

    /// <summary>How many values there are of each storage class, for a message.</summary>
    internal string Classes()
    {
        (long Count, string Name)[] classes = [(Profile.Integers, "integer"), (Profile.Reals, "real"), (Profile.Texts, "text"), (Profile.Blobs, "blob")];
        return string.Join(", ", classes.Where(c => c.Count > 0).Select(c => Count(c.Count, c.Name)));
    }

    /// <summary>A number with its noun.</summary>
    internal static string Count(long count, string noun) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private bool Has(IReadOnlyList<SourceIndexColumn> columns) => columns.Any(c => Column.Name.Equals(c.Column, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<RowSample> Take(params IReadOnlyList<RowSample>[] lists) => [.. lists.SelectMany(l => l).DistinctBy(s => s.Key).Take(MostSamples)];
}
