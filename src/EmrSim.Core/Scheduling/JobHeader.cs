using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmrSim.Core.Files;

namespace EmrSim.Core.Scheduling;

/// <summary>What a job script says of its schedule, in one line of JSON behind a comment sign.</summary>
internal sealed record JobHeader
{
    /// <summary>What that line begins with. A script without it was not made by EmrSim.</summary>
    internal const string Marker = "# EmrSim-Schedule: ";

    private const int CurrentVersion = 1;
    private const string TimeFormat = "HH:mm";
    private const int LongestHeader = 64 * 1024;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public int Version { get; init; } = CurrentVersion;

    public required string Name { get; init; }

    public required EmrScheduler As { get; init; }

    public required IReadOnlyList<string> Path { get; init; }

    public required string Destination { get; init; }

    /// <summary>Hours and minutes, as <c>02:00</c>.</summary>
    public required string At { get; init; }

    public string? TimeZone { get; init; }

    public required string RunAs { get; init; }

    public required string Pwsh { get; init; }

    /// <summary>The module's manifest, or its name; null in a script of a version that did not say.</summary>
    public string? Module { get; init; }

    /// <summary>The header of a request.</summary>
    internal static JobHeader Of(ScheduleRequest request, EmrScheduler scheduler, string account, string pwsh, string module) => new()
    {
        Name = request.Name,
        As = scheduler,
        Path = [.. request.Backup.Sources.Select(s => s.Path)],
        Destination = request.Backup.Destination,
        At = request.At.ToString(TimeFormat, CultureInfo.InvariantCulture),
        TimeZone = request.Backup.TimeZone,
        RunAs = account,
        Pwsh = pwsh,
        Module = module,
    };

    /// <summary>The line. JSON writes every character that could end it as an escape.</summary>
    internal string ToLine() => Marker + JsonSerializer.Serialize(this, s_json);

    /// <summary>Reads the header of a job script.</summary>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="EmrSimException">SchedulerFailed where it is no job script; AccessDenied, IoError.</exception>
    internal static JobHeader? Read(string path)
    {
        try
        {
            string? line = File.ReadLines(path).Take(20).FirstOrDefault(l => l.StartsWith(Marker, StringComparison.Ordinal) && l.Length < LongestHeader);
            if (line is not null && JsonSerializer.Deserialize<JobHeader>(line[Marker.Length..], s_json) is { Version: CurrentVersion } header &&
                TimeOnly.TryParseExact(header.At, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                return header;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            // Falls through to the error below.
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The job could not be read", path);
        }

        throw new EmrSimException(
            ErrorCode.SchedulerFailed, $"'{path}' is not a job script of this version of EmrSim, or was changed. It is left as it is.", path);
    }

    /// <summary>The time of day.</summary>
    internal TimeOnly Time => TimeOnly.ParseExact(At, TimeFormat, CultureInfo.InvariantCulture);
}
