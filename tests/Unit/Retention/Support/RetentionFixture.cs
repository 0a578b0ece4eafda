using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Retention.Support;

/// <summary>
/// A store of real files. One backup is made by the engine; the others are copies of it with manifests of their own, because hundreds of
/// backups would take minutes.
/// </summary>
public sealed class RetentionFixture : IDisposable
{
    private readonly BackupFixture _backups = new();
    private readonly BackupManifest _model;
    private readonly string _modelFile;

    public RetentionFixture()
    {
        TestDatabase.Create(_backups.Source, rows: 5);
        EmrBackup made = _backups.BackupAsync(_backups.Request with { Destination = _backups.Folder.File("model") }).GetAwaiter().GetResult();
        _model = ManifestFile.Parse(File.ReadAllBytes(made.ManifestPath), made.ManifestPath);
        _modelFile = made.Path;
        Directory.CreateDirectory(Store);
    }

    public FakeTimeProvider Clock { get; } = new(Backups.Now);

    public ListLoggerProvider Log => _backups.Log;

    public string Store => _backups.Store;

    public static RetentionPolicy Usual { get; } = new() { TimeZone = TimeZoneInfo.Utc };

    public RetentionRequest Request => new(Store, [], Usual, null);

    public ILoggerFactory Loggers() => _backups.Loggers();

    public RetentionEngine Engine => new(Loggers(), Clock);

    public EmrBackup Add(DateTimeOffset created, string set = "app", EmrOutcome outcome = EmrOutcome.Passed, bool pinned = false)
    {
        string stem = BackupFileName.Stem(set, created);
        BackupManifest manifest = _model with
        {
            Id = Guid.NewGuid(),
            Name = set,
            File = BackupFileName.Stored(stem, _model.Stored.Compression, encrypted: false),
            CreatedUtc = created,
            Verification = _model.Verification with { Outcome = outcome },
            Pinned = pinned,
        };
        string manifestPath = Path.Combine(Store, stem + BackupFileName.ManifestSuffix);
        File.Copy(_modelFile, Path.Combine(Store, manifest.File));
        File.WriteAllBytes(manifestPath, ManifestFile.Serialize(manifest));
        return new FolderStore(Store).Describe(manifest);
    }

    /// <summary>One a day at 02:00 UTC, the last today.</summary>
    public EmrBackup[] AddDays(int days, string set = "app") =>
        [.. Enumerable.Range(0, days).Select(i => Add(Backups.Now.Date.AddHours(2).AddDays(i - days + 1).ToUniversal(), set))];

    /// <summary>All files but locks.</summary>
    public string[] Files() => _backups.Stored();

    /// <summary>The names of both files of backups, in order.</summary>
    public static string[] FilesOf(params IEnumerable<EmrBackup> backups) =>
        [.. backups.SelectMany(b => new[] { Path.GetFileName(b.Path), Path.GetFileName(b.ManifestPath) }).Order(StringComparer.Ordinal)];

    public void Dispose() => _backups.Dispose();
}

internal static class Dates
{
    internal static DateTimeOffset ToUniversal(this DateTime date) => new(DateTime.SpecifyKind(date, DateTimeKind.Utc));
}
