namespace EmrSim.Core.Recovery.Salvage;

/// <summary>A column of a new table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsText">Whether its affinity turns numbers into text.</param>
/// <param name="NotNull">Whether it takes no NULL.</param>
/// <param name="Default">The SQL of its default; null where it has none.</param>
/// <param name="KeyPlace">Its place in the primary key, from 1; 0 where it is not part of it.</param>
/// <param name="IsVirtual">Whether it is computed when it is read, and so in no record.</param>
/// <param name="IsGenerated">Whether it is computed, so that it cannot be written.</param>
internal sealed record TargetColumn(string Name, bool IsText, bool NotNull, string? Default, int KeyPlace, bool IsVirtual, bool IsGenerated)
{
    private static readonly string[] s_textTypes = ["CHAR", "CLOB", "TEXT"];

    /// <summary>Whether a declared type gives a column the affinity TEXT: https://sqlite.org/datatype3.html#determination_of_column_affinity.</summary>
    internal static bool IsTextType(string declared) =>
        !declared.Contains("INT", StringComparison.OrdinalIgnoreCase) && s_textTypes.Any(t => declared.Contains(t, StringComparison.OrdinalIgnoreCase));
}
