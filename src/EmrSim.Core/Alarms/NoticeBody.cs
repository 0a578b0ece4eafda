using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EmrSim.Formatting;

namespace EmrSim.Core.Alarms;

/// <summary>A notice in the form that a service wants.</summary>
internal static class NoticeBody
{
    private const string AdaptiveCard = "application/vnd.microsoft.card.adaptive";

    private static readonly NoticeJson s_json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    });

    /// <summary>The JSON to post.</summary>
    internal static string Of(Notice notice, EmrNotifyFormat format) => format switch
    {
        EmrNotifyFormat.Slack => Slack(notice).ToJsonString(),
        EmrNotifyFormat.Teams => Teams(notice).ToJsonString(),
        _ => JsonSerializer.Serialize(notice, s_json.Notice),
    };

    /// <summary>Where to post it.</summary>
    internal static Uri Address(Notice notice, NotifyTarget target)
    {
        if (target.Format != EmrNotifyFormat.Healthchecks || notice.Success) return target.Address;
        var address = new UriBuilder(target.Address);
        address.Path = address.Path.TrimEnd('/') + "/fail";
        return address.Uri;
    }

    // api.slack.com/reference/surfaces/formatting#escaping: these three characters, and no others.
    private static JsonObject Slack(Notice notice) => new()
    {
        ["text"] = (notice.Success ? ":white_check_mark: " : ":rotating_light: ") +
            notice.Text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal),
    };

    private static JsonObject Teams(Notice notice) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = AdaptiveCard,
            ["content"] = new JsonObject
            {
                ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                ["type"] = "AdaptiveCard",
                ["version"] = "1.4",
                ["body"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "TextBlock",
                        ["text"] = notice.Text,
                        ["wrap"] = true,
                        ["weight"] = "Bolder",
                        ["color"] = notice.Success ? "Good" : "Attention",
                    },
                    new JsonObject { ["type"] = "FactSet", ["facts"] = Facts(notice) }),
            },
        }),
    };

    private static JsonArray Facts(Notice notice)
    {
        var facts = new JsonArray();
        void Add(string title, string? value)
        {
            if (value is not null) facts.Add((JsonNode)new JsonObject { ["title"] = title, ["value"] = value });
        }

        Add("Database", notice.SourcePath);
        Add("Destination", notice.Destination);
        Add("File", notice.File);
        Add("Size", notice.DatabaseLength is { } length && notice.StoredLength is { } stored ? $"{_Format.Length(length)} stored as {_Format.Length(stored)}" : null);
        Add("Rows", notice.Rows is { } rows ? _Format.Count(rows) : null);
        Add("Verified", notice.Level?.ToString());
        Add("Error", notice.Error);
        Add("Started", notice.StartedUtc.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Add("Duration", _Format.Duration(TimeSpan.FromSeconds(notice.DurationSeconds)));
        Add("Host", notice.Host);
        return facts;
    }
}

[JsonSerializable(typeof(Notice))]
internal sealed partial class NoticeJson : JsonSerializerContext;
