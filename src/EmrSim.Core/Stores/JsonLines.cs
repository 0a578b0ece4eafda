using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmrSim.Core.Stores;

/// <summary>What the files of a store have in common that hold one JSON object a line.</summary>
internal static class JsonLines
{
    /// <summary>How they are written and read; each file's own context takes a copy.</summary>
    internal static JsonSerializerOptions NewOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Paths stay readable; the file is never part of a page of HTML. Line breaks are escaped all the same.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a line, or says why it cannot be read.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">Its number, beginning with 1.</param>
    /// <param name="what">What the file is, and its path.</param>
    /// <param name="read">Makes what it says; a JsonException where it says nothing of use.</param>
    internal static (T? Value, EmrSimException? Error) Parse<T>(string line, int number, (string Kind, string Path) what, Func<string, T?> read)
        where T : class
    {
        try
        {
            return (read(line) ?? throw new JsonException("it is null"), null);
        }
        catch (JsonException e)
        {
            return (null, new EmrSimException(
                ErrorCode.HistoryDamaged,
                string.Create(CultureInfo.InvariantCulture, $"Line {number} of the {what.Kind} '{what.Path}' cannot be read: {e.Message} The other lines are not affected."),
                what.Path,
                e));
        }
    }

    /// <summary>A duration that was written as seconds.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static TimeSpan Duration(double seconds) => seconds < 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2
        ? throw new JsonException("its duration is none")
        : TimeSpan.FromSeconds(seconds);

    /// <summary>An error that was written by its id. A newer version may have errors that this one does not know.</summary>
    internal static ErrorCode? Error(string? id) =>
        id is null ? null : Enum.TryParse(id, out ErrorCode code) && Enum.IsDefined(code) ? code : ErrorCode.InternalError;
}
