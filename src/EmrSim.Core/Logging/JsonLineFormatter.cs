using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;

namespace EmrSim.Core.Logging;

/// <summary>A log event as one line of JSON: time (UTC), level, eventId, event, category, message, error.</summary>
internal sealed class JsonLineFormatter : ITextFormatter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("time", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", logEvent.Level.ToString());
            json.WriteNumber("eventId", (int)Value(logEvent, "eventId"));
            json.WriteString("event", (string)Value(logEvent, "event"));
            json.WriteString("category", (string)Value(logEvent, "category"));
            json.WriteString("message", logEvent.RenderMessage(CultureInfo.InvariantCulture));
            if (logEvent.Exception is { } error) json.WriteString("error", $"{error.GetType().Name}: {error.Message}");
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }

    private static object Value(LogEvent logEvent, string name) => ((ScalarValue)logEvent.Properties[name]).Value!;
}
