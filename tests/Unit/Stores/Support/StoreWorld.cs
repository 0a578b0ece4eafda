using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Stores.Support;

/// <summary>A database, a store of some kind, and the hand of somebody else in that store.</summary>
public abstract class StoreWorld : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    protected StoreWorld() => TestDatabase.Create(Source);

    public TempFolder Folder { get; } = new();

    public ListLoggerProvider Log { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Start);

    public string Source => Folder.File("app.db");

    public abstract string Destination { get; }

    public virtual StoreAccess? Access => null;

    /// <summary>A place of the same kind that is not there.</summary>
    public abstract string Nowhere { get; }

    public BackupRequest Request => new(Source, Destination) { Access = Access };

    public BackupCatalog Catalog => new(Loggers(), Clock);

    /// <summary>The names of all files in the store but the locks and the history, in order.</summary>
    public string[] Names() => [.. AllNames().Where(n => !n.Contains(".lock", StringComparison.Ordinal) && n is not ("history.jsonl" or "drills.jsonl")).Order(StringComparer.Ordinal)];

    public abstract IEnumerable<string> AllNames();

    public abstract byte[] Read(string name);

    public abstract void Write(string name, byte[] bytes);

    public abstract void Delete(string name);

    /// <summary>Leaves a backup as a run that was killed in the middle of its removal.</summary>
    public abstract void HalfRemove(EmrBackup backup);

    /// <summary>Leaves a backup as a run that was killed before its manifest was visible.</summary>
    public abstract void HalfPublish(EmrBackup backup);

    internal BackupStore Open() => BackupStores.Open(Destination, Access);

    public async Task<EmrBackup> BackupAsync(BackupRequest? request = null, CancellationToken token = default)
    {
        EmrBackup backup = await new BackupEngine(Loggers(), Clock).BackupAsync(request ?? Request, null, token);
        Clock.Advance(TimeSpan.FromDays(1));
        return backup;
    }

    public Task<BackupTestResult> TestAsync(string path, EmrVerificationLevel level = EmrVerificationLevel.Integrity) =>
        new BackupTester(Loggers(), Clock).TestAsync(new BackupTestRequest(path, level) { Access = Access }, null, default);

    public Task<IReadOnlyList<StoreEntry>> ListAsync(string name = "*", bool latest = false, DateTimeOffset? asOf = null) =>
        BackupCatalog.ListAsync(new BackupQuery(Destination, [name], latest, asOf, Access), default);

    public Task<EmrBackup> RepairAsync(string path) =>
        new ManifestRepair(Loggers(), Clock).RepairAsync(new ManifestRepairRequest(path) { Access = Access }, null, default);

    public Task RemoveAsync(EmrBackup backup, bool force = false) => Catalog.RemoveAsync(backup, force, Access, default);

    public ILoggerFactory Loggers() => LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));

    public static string NameOf(string path) => Uri.UnescapeDataString(path[(path.LastIndexOfAny(['/', '\\']) + 1)..]);

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
