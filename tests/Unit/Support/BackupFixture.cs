using EmrSim.Core.Backup;
using EmrSim.Core.Progress;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Support;

/// <summary>A source folder, a store and the engine over them.</summary>
public sealed class BackupFixture : IDisposable
{
    public TempFolder Folder { get; } = new();

    public ListLoggerProvider Log { get; } = new();

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public string Source => Folder.File("app.db");

    public string Store => Folder.File("store");

    public BackupRequest Request => new(Source, Store);

    public Task<EmrBackup> BackupAsync(BackupRequest? request = null, CancellationToken token = default) =>
        new BackupEngine(Loggers(), Clock).BackupAsync(request ?? Request, null, token);

    public Task<EmrBackup> BackupAsync(BackupRequest request, IProgress<OperationProgress> progress) =>
        new BackupEngine(Loggers(), Clock).BackupAsync(request, progress, CancellationToken.None);

    public async Task<EmrSimException> FailAsync(BackupRequest? request = null) =>
        await Assert.ThrowsAsync<EmrSimException>(() => BackupAsync(request));

    public Task<BackupTestResult> TestAsync(string path, EmrVerificationLevel level = EmrVerificationLevel.Integrity) =>
        TestAsync(new BackupTestRequest(path, level));

    public Task<BackupTestResult> TestAsync(BackupTestRequest request, CancellationToken token = default) =>
        new BackupTester(Loggers(), Clock).TestAsync(request, null, token);

    /// <summary>What a user sees in the store: everything but the lock file and the history.</summary>
    public string[] Stored() => [.. Folder.Files("store").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal) && f is not ("history.jsonl" or "drills.jsonl"))];

    public ILoggerFactory Loggers() => LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));

    public void Dispose() => Folder.Dispose();
}
