namespace EmrSim.Core.Migration.Proof;

/// <summary>One side of a comparison, held in one state from its opening to its end.</summary>
internal interface IComparedDatabase : IAsyncDisposable
{
    /// <summary>What it is called in messages; no secret.</summary>
    string Name { get; }

    /// <summary>Its rows.</summary>
    ITableRows Rows { get; }

    /// <summary>Reads its structure.</summary>
    Task<ComparedSchema> ReadSchemaAsync(CancellationToken token);

    /// <summary>The greatest number in a column; null where there is none.</summary>
    Task<Int128?> GreatestAsync(string table, string column, CancellationToken token);

    /// <summary>What the numbers in a column of times count; None where it holds none, or none that can be times.</summary>
    Task<EmrTimeUnit> UnitAsync(string table, string column, CancellationToken token);

    /// <summary>Whether all that was read was one state.</summary>
    bool IsOneState { get; }
}
