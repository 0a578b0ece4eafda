using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmrSim.Core.Files;

namespace EmrSim.Core.Applications;

/// <summary>What stands in an application's <c>emrsim.application.json</c>. docs/formats.md describes it; the property names are the format.</summary>
internal sealed record ApplicationFile
{
    /// <summary>The file's name, in the root.</summary>
    internal const string Name = "emrsim.application.json";

    /// <summary>The newest version of the format.</summary>
    internal const int CurrentFormat = 1;

    private const int Longest = 1024 * 1024;

    private static readonly ApplicationJson s_json = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // People write in it.
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    });

    public int FormatVersion { get; init; } = CurrentFormat;
    public string? Database { get; init; }
    public string? EnvFile { get; init; }
    public string? HealthUrl { get; init; }
    public EmrApplicationControl? Control { get; init; }
    public string? Service { get; init; }
    public string? StopCommand { get; init; }
    public string? StartCommand { get; init; }
    public string? ValidateCommand { get; init; }
    public string? ValidateQuery { get; init; }
    public double? StopTimeoutSeconds { get; init; }

    /// <summary>What nobody knows. It has a setter, since the generated code cannot give such a property to a constructor.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Whether it holds commands, which whoever restores will run.</summary>
    internal bool HasCommands => (StopCommand ?? StartCommand ?? ValidateCommand) is not null;

    /// <summary>Reads that of a root; null where there is none.</summary>
    /// <exception cref="EmrSimException">ApplicationFileDamaged, AccessDenied, IoError.</exception>
    internal static ApplicationFile? Read(string root)
    {
        string path = Path.Combine(root, Name);
        try
        {
            if (!File.Exists(path)) return null;
            if (new FileInfo(path).Length > Longest) throw Damaged(path, "it is far too long", null);
            ApplicationFile? file = JsonSerializer.Deserialize(File.ReadAllText(path, Encoding.UTF8), s_json.ApplicationFile);
            if (file is null) throw Damaged(path, "it is null", null);
            if (file.FormatVersion > CurrentFormat) throw Damaged(path, $"it has format {file.FormatVersion}, and this EmrSim reads up to {CurrentFormat}", null);
            if (file.StopTimeoutSeconds is { } seconds and not (> 0 and < 86400)) throw Damaged(path, $"stopTimeoutSeconds is {seconds}", null);
            return file;
        }
        catch (JsonException e)
        {
            throw Damaged(path, e.Message, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "What is known of the application could not be read", path);
        }
    }

    /// <summary>Writes that of a root, whole or not at all. It keeps the permissions of the one that it replaces.</summary>
    /// <exception cref="EmrSimException">AccessDenied, DiskFull, IoError.</exception>
    internal void Write(string root)
    {
        string path = Path.Combine(root, Name);
        string partial = path + DurableFile.PartialSuffix;
        byte[] bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, s_json.ApplicationFile).ReplaceLineEndings("\n") + "\n");
        try
        {
            File.Delete(partial);
            DurableFile.Stage(partial, bytes);
            if (File.Exists(path)) PrivateFile.TakeModeFrom(path, partial);
            DurableFile.Publish(partial, path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "What is known of the application could not be written", path);
        }
    }

    private static EmrSimException Damaged(string path, string why, Exception? inner) =>
        new(ErrorCode.ApplicationFileDamaged, $"'{path}' cannot be used: {why}. Correct it, or write it anew with Get-EmrApplication -Save.", path, inner);
}

[JsonSerializable(typeof(ApplicationFile))]
internal sealed partial class ApplicationJson : JsonSerializerContext;
