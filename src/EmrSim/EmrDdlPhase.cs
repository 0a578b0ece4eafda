namespace EmrSim;

/// <summary>When a statement of a plan is run; the phases follow each other in this order.</summary>
public enum EmrDdlPhase
{
    /// <summary>Before the rows: tables and partitions.</summary>
    Table,

    /// <summary>After the rows: primary keys and unique constraints.</summary>
    Key,

    /// <summary>Then indexes.</summary>
    Index,

    /// <summary>Then foreign keys, not yet validated.</summary>
    ForeignKey,

    /// <summary>Then their validation.</summary>
    Validate,

    /// <summary>At the end, views.</summary>
    View,
}
