namespace EmrSim;

/// <summary>How two databases differ.</summary>
public enum EmrDifferenceKind
{
    /// <summary>A value is another one.</summary>
    Value,

    /// <summary>A row is on the left only.</summary>
    RowMissing,

    /// <summary>A row is on the right only.</summary>
    RowAdded,

    /// <summary>A row is there another number of times.</summary>
    RowCount,

    /// <summary>A table is on the left only.</summary>
    TableMissing,

    /// <summary>A table is on the right only.</summary>
    TableAdded,

    /// <summary>A column is on one side only.</summary>
    Column,

    /// <summary>A primary key or unique constraint is on one side only, or is another one.</summary>
    Key,

    /// <summary>An index is on one side only, or is another one.</summary>
    Index,

    /// <summary>A foreign key is on one side only, is another one, or was never validated.</summary>
    ForeignKey,

    /// <summary>The next number of a column is lower than it must be.</summary>
    Sequence,
}
