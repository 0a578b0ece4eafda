using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Reads and writes plans. A file can be read by people and compared line by line; it cannot be edited, since its hash then no longer fits.</summary>
public static class PlanFile
{
    private const int CurrentFormat = 1;
    private const int Longest = 256 * 1024 * 1024;

    private static readonly PlanJson s_json = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // SQL and names stay readable; the file is never part of a page of HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    });

    /// <summary>Writes a plan so that the file is there whole or not at all. Only its owner can read it: findings name rows.</summary>
    /// <param name="path">An absolute path; its folder is made where it is missing.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="overwrite">Whether a plan that is there is replaced.</param>
    /// <exception cref="EmrSimException">TargetExists, InvalidArgument, AccessDenied, DiskFull, IoError.</exception>
    public static void Write(string path, EmrMigrationPlan plan, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(plan);
        RequireFree(path, overwrite, plan.SourcePath);
        string partial = path + DurableFile.PartialSuffix;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(partial);
            DurableFile.Write(path, Serialize(plan));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The plan could not be written", path);
        }
    }

    /// <summary>Reads a plan and sees that it is what was written.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="EmrSimException">PlanNotFound, PlanUnreadable, PlanTooNew, PlanChanged, AccessDenied, IoError.</exception>
    public static EmrMigrationPlan Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) throw new EmrSimException(ErrorCode.PlanNotFound, $"There is no plan at '{path}'. New-EmrMigrationPlan -OutFile makes one.", path);
            if (file.Length > Longest) throw Unreadable(path, "it is far too long", null);
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The plan could not be read", path);
        }
    }

    /// <summary>Refuses a path at which there is something that is not to be replaced: anything but a plan, and never the database or what SQLite keeps beside it.</summary>
    /// <exception cref="EmrSimException">TargetExists, InvalidArgument, AccessDenied, IoError.</exception>
    internal static void RequireFree(string path, bool overwrite, string source)
    {
        try
        {
            RequireOther(path, source);
            if (!File.Exists(path) && !Directory.Exists(path)) return;
            if (!overwrite) throw new EmrSimException(ErrorCode.TargetExists, $"'{path}' is there already. Name another file, or replace it with -Force.", path);
            if (!IsPlan(path)) throw new EmrSimException(ErrorCode.TargetExists, $"'{path}' is there already and is no plan, so -Force does not replace it. Name another file.", path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "It could not be seen what is there", path);
        }
    }

    private static void RequireOther(string path, string source)
    {
        StringComparer names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var kept = new[] { source, Real(source) }.SelectMany(s => SqliteSource.Sidecars(s).Prepend(s)).ToHashSet(names);
        // An unfinished plan has a name of its own, at which nothing may be lost either.
        foreach (string file in new[] { path, path + DurableFile.PartialSuffix })
        {
            if (kept.Contains(file) || kept.Contains(Real(file)))
                throw new EmrSimException(ErrorCode.InvalidArgument, $"A plan at '{path}' would replace the database '{source}' or what SQLite keeps beside it. Name another file.", path);
        }
    }

    private static string Real(string path) => OperatingSystem.IsWindows() ? RealFile.Of(path).FullName : RealPath.OfMissing(path);

    // Also one that was changed by hand, or is of another version.
    private static bool IsPlan(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > Longest) return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(WithoutMark(File.ReadAllBytes(path)).ToArray());
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("formatVersion", out _) && root.TryGetProperty("plan", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Windows' own editors put it there.
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xef, 0xbb, 0xbf];
        return bytes.StartsWith(mark) ? bytes[mark.Length..] : bytes;
    }

    internal static byte[] Serialize(EmrMigrationPlan plan) => Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(new PlanDocument { FormatVersion = CurrentFormat, Plan = plan }, s_json.PlanDocument).Replace("\r\n", "\n", StringComparison.Ordinal) + "\n");

    internal static EmrMigrationPlan Parse(ReadOnlySpan<byte> bytes, string path)
    {
        byte[] content = WithoutMark(bytes).ToArray();
        try
        {
            using (JsonDocument document = JsonDocument.Parse(content))
            {
                int version = document.RootElement.GetProperty("formatVersion").GetInt32();
                if (version > CurrentFormat) throw new EmrSimException(ErrorCode.PlanTooNew, $"'{path}' has format {version}; this EmrSim reads up to {CurrentFormat}. Update EmrSim.", path);
            }

            EmrMigrationPlan? plan = JsonSerializer.Deserialize(content, s_json.PlanDocument)?.Plan;
            if (plan is null || !IsWhole(plan)) throw new JsonException("a part of it is missing");
            return plan.Hash == PlanHash.Of(plan) && plan.Seal == PlanHash.Seal(plan) ? plan : throw Changed(path);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Unreadable(path, e.Message, e);
        }
    }

    // JSON can say null where no null is allowed.
    private static bool IsWhole(EmrMigrationPlan plan) =>
        plan is { SourcePath: not null, Schema: not null, SchemaDigest: not null, Tables: not null, Ddl: not null, Findings: not null, Hash: not null, Seal: not null } &&
        plan.Tables.All(t => t is { Name: not null, TargetName: not null, Columns: not null, Key: not null } && t.Key.All(k => k is not null) && t.Columns.All(IsWhole)) &&
        plan.Ddl.All(s => s is { Object: not null, Sql: not null }) &&
        plan.Findings.All(f => f is { Id: not null, Object: not null, Message: not null, Action: not null });

    private static bool IsWhole(EmrMigrationColumn column) =>
        column is { Name: not null, TargetName: not null, DeclaredType: not null, StoredClasses: not null, TargetType: not null, Reason: not null };

    private static EmrSimException Changed(string path) => new(
        ErrorCode.PlanChanged,
        $"The plan '{path}' was changed by hand: its hash does not fit what it says. Make a new one with New-EmrMigrationPlan, whose -TypeMap, -Mapping and -PartitionBy say what is wanted; " +
        "what a plan cannot say is done in PostgreSQL after the migration.",
        path);

    private static EmrSimException Unreadable(string path, string why, Exception? inner) =>
        new(ErrorCode.PlanUnreadable, $"'{path}' is no plan of a migration: {why}. Make a new one with New-EmrMigrationPlan.", path, inner);
}

/// <summary>A plan as it is written.</summary>
internal sealed record PlanDocument
{
    public required int FormatVersion { get; init; }

    public required EmrMigrationPlan Plan { get; init; }
}

[JsonSerializable(typeof(PlanDocument))]
internal sealed partial class PlanJson : JsonSerializerContext;
