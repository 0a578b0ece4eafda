using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Values;
using SQLitePCL;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// Storage classes of SQLite that a column takes. What a plan says of a column holds for the classes that were there: a text 'true' that comes into a column of 0 and 1 afterwards would
/// be another value to a condition of the application than it is to PostgreSQL.
/// </summary>
internal readonly struct StorageClasses
{
    // The classes are numbered from 1 to 5.
    private readonly byte _bits;

    private StorageClasses(int bits) => _bits = (byte)bits;

    /// <summary>Every class.</summary>
    internal static StorageClasses All { get; } = new(Bit(raw.SQLITE_INTEGER) | Bit(raw.SQLITE_FLOAT) | Bit(raw.SQLITE_TEXT) | Bit(raw.SQLITE_BLOB));

    /// <summary>The class that a type has in SQLite, and those that were recorded.</summary>
    internal static StorageClasses Of(PgKind type, IReadOnlyDictionary<string, long> recorded)
    {
        int bits = type switch
        {
            PgKind.BigInt or PgKind.Integer or PgKind.SmallInt or PgKind.Boolean => Bit(raw.SQLITE_INTEGER),
            PgKind.DoublePrecision or PgKind.Real => Bit(raw.SQLITE_FLOAT),
            PgKind.Numeric => Bit(raw.SQLITE_INTEGER) | Bit(raw.SQLITE_FLOAT),
            PgKind.Bytea => Bit(raw.SQLITE_BLOB),
            _ => Bit(raw.SQLITE_TEXT),
        };
        foreach ((string name, int stored) in new[] { ("integer", raw.SQLITE_INTEGER), ("real", raw.SQLITE_FLOAT), ("text", raw.SQLITE_TEXT), ("blob", raw.SQLITE_BLOB) })
        {
            if (recorded.ContainsKey(name)) bits |= Bit(stored);
        }

        return new StorageClasses(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Contains(int stored) => ((_bits >> stored) & 1) != 0;

    private static int Bit(int stored) => 1 << stored;
}
