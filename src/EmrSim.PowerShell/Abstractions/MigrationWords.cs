using System.Collections;
using System.Globalization;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>Hashtables of words, as -TypeMap and -PartitionBy take them.</summary>
internal static class MigrationWords
{
    /// <summary>The words, whatever objects they were given as. Two keys that differ by case only stay two: the engine says which are one.</summary>
    internal static IReadOnlyDictionary<string, string> Of(Hashtable table) => table.Cast<DictionaryEntry>().ToDictionary(
        e => Convert.ToString(e.Key, CultureInfo.InvariantCulture)!, e => Convert.ToString(e.Value, CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal);
}
