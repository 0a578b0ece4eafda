using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Copying;

/// <summary>A column that is copied.</summary>
/// <param name="Name">Its name in SQLite.</param>
/// <param name="TargetName">Its name in PostgreSQL.</param>
/// <param name="Type">Its type in PostgreSQL.</param>
/// <param name="Unit">What its numbers count where it is a column of times.</param>
/// <param name="Nullable">Whether it may hold NULL.</param>
/// <param name="Wide">Whether it was widened to take in values of several classes.</param>
/// <param name="Classes">The storage classes that it takes: the one that its type has in SQLite, and those that it held when the plan was made.</param>
internal sealed record CopyColumn(string Name, string TargetName, PgType Type, EmrTimeUnit Unit, bool Nullable, bool Wide, StorageClasses Classes);

/// <summary>Why a value does not fit.</summary>
/// <param name="Column">The index of its column.</param>
/// <param name="Reason">Half a sentence, such as "is no UTF-8 from byte 12 on".</param>
internal readonly record struct Misfit(int Column, string Reason);
