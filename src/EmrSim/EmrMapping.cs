namespace EmrSim;

/// <summary>How the types of PostgreSQL are chosen.</summary>
public enum EmrMapping
{
    /// <summary>As the columns are declared, where every stored value fits. A column without a telling declaration keeps the width of its class.</summary>
    Faithful,

    /// <summary>Also by what the columns hold: times, JSON, booleans and UUIDs in columns of text or integers become such.</summary>
    Idiomatic,
}
