using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Recovery;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Scheduling;

/// <summary>Tries out, as the current account, everything that a scheduled job needs.</summary>
/// <param name="loggers">Where events go.</param>
public sealed class SelfTest(ILoggerFactory loggers)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<SelfTest>();

    /// <summary>The checks of other parts of the engine.</summary>
    internal SelfTestHooks Hooks { get; init; } = new();

    /// <summary>Runs all checks. What failed is in their outcomes; nothing is thrown for it.</summary>
    /// <param name="request">What the job needs.</param>
    /// <param name="token">Cancels the work.</param>
    public async Task<IReadOnlyList<EmrBackupCheck>> RunAsync(SelfTestRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        ScheduledBackup backup = request.Backup;
        backup.Require();
        var checks = new List<EmrBackupCheck>
        {
            await CheckAsync("Library", () => Does($"SQLite {SqliteLibrary.Version} for {Environment.UserName}", SqliteLibrary.Load)).ConfigureAwait(false),
        };
        foreach (ScheduledSource source in backup.Sources)
        {
            checks.Add(await CheckAsync("Database", () => Does(source.Path, () => ReadDatabases(source, token))).ConfigureAwait(false));
        }

        checks.Add(await CheckAsync("Destination", () => ProbeAsync(backup.Destination, SecretOf(backup, "StoreSecret"), IsInVault(request, "StoreSecret"), token)).ConfigureAwait(false));
        if (backup.MirrorTo is { } mirror) checks.Add(await CheckAsync("Mirror", () => ProbeAsync(mirror, SecretOf(backup, "MirrorSecret"), IsInVault(request, "MirrorSecret"), token)).ConfigureAwait(false));
        if (backup.WorkPath is { } work) checks.Add(await CheckAsync("WorkPath", () => Does(work, () => ProbeFolder(work))).ConfigureAwait(false));
        if (backup.LogPath is { } log) checks.Add(await CheckAsync("LogPath", () => Does(log, () => ProbeFolder(Path.GetDirectoryName(log)!))).ConfigureAwait(false));
        foreach (ScheduledSecret secret in backup.Secrets.Where(s => s.File is not null))
        {
            checks.Add(await CheckAsync(secret.Parameter, () => Does(secret.File!, () => _ = SecretFile.Read(secret.File!))).ConfigureAwait(false));
        }

        foreach ((string parameter, bool hasContent) in request.NamedSecrets)
        {
            checks.Add(await CheckAsync(parameter, () => Does("from the vault", () => RequireContent(parameter, hasContent))).ConfigureAwait(false));
        }

        foreach (string recipient in backup.Recipients)
        {
            checks.Add(await CheckAsync("Recipient", () => RecipientAsync(recipient)).ConfigureAwait(false));
        }

        return checks;
    }

    /// <summary>The error of a self-test in which something failed; null where nothing did.</summary>
    public static EmrSimException? Error(IEnumerable<EmrBackupCheck> checks)
    {
        string[] failed = [.. checks.Where(c => c.Outcome == EmrOutcome.Failed).Select(c => $"{c.Name}: {c.Detail}")];
        return failed.Length == 0 ? null : new EmrSimException(
            ErrorCode.SelfTestFailed, $"The self-test as {Environment.UserName} failed. {string.Join(' ', failed)}", failed[0]);
    }

    private async Task<EmrBackupCheck> CheckAsync(string name, Func<Task<(EmrOutcome Outcome, string Detail)>> check)
    {
        long started = Stopwatch.GetTimestamp();
        EmrOutcome outcome;
        string detail;
        try
        {
            (outcome, detail) = await check().ConfigureAwait(false);
        }
        catch (EmrSimException e)
        {
            // A lock goes away again, and the job waits for it longer than this test.
            outcome = e.IsTransient ? EmrOutcome.Inconclusive : EmrOutcome.Failed;
            detail = e.Message;
        }

        var result = new EmrBackupCheck(name, outcome, detail.ReplaceLineEndings(" "), Stopwatch.GetElapsedTime(started));
        Log.SelfTestChecked(_logger, outcome == EmrOutcome.Inconclusive ? LogLevel.Warning : LogLevel.Debug, name, outcome, result.Detail);
        return result;
    }

    private static Task<(EmrOutcome Outcome, string Detail)> Does(string detail, Action check)
    {
        check();
        return Task.FromResult((EmrOutcome.Passed, detail));
    }

    private void ReadDatabases(ScheduledSource source, CancellationToken token)
    {
        foreach (string path in Find(source))
        {
            using SqliteSnapshot snapshot = SqliteSnapshot.Begin(SqliteSource.Resolve(path), locked: false, s_patience, _logger, token);
        }
    }

    private static string[] Find(ScheduledSource source)
    {
        if (!source.IsPattern) return [source.Path];
        try
        {
            string[] found = [.. Directory.GetFiles(Path.GetDirectoryName(source.Path)!, Path.GetFileName(source.Path)).Where(p => !SqliteSource.IsSidecar(p) && !RestoreFiles.IsOne(p))];
            return found.Length > 0 ? found : throw new EmrSimException(ErrorCode.SourceNotFound, $"No file matches the pattern '{source.Path}'.", source.Path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The databases could not be looked for", source.Path);
        }
    }

    private async Task<(EmrOutcome Outcome, string Detail)> ProbeAsync(string destination, string? secretFile, bool inVault, CancellationToken token)
    {
        if (!ScheduledBackup.IsRemote(destination))
        {
            ProbeFolder(destination);
            return (EmrOutcome.Passed, destination);
        }

        if (inVault) return (EmrOutcome.Inconclusive, $"'{destination}' was not tried out: its secret is in a vault, which only the job itself opens.");
        if (Hooks.ProbeStoreAsync is not { } probe) return (EmrOutcome.Inconclusive, $"'{destination}' was not tried out.");
        await probe(destination, secretFile, token).ConfigureAwait(false);
        return (EmrOutcome.Passed, destination);
    }

    private static bool IsInVault(SelfTestRequest request, string parameter) =>
        request.NamedSecrets.Any(s => s.Key == parameter) || request.Backup.Secrets.Any(s => s.Parameter == parameter && s.SecretName is not null);

    private Task<(EmrOutcome Outcome, string Detail)> RecipientAsync(string recipient)
    {
        if (Hooks.RequireRecipient is not { } require) return Task.FromResult((EmrOutcome.Inconclusive, $"'{recipient}' was not tried out."));
        require(recipient);
        return Task.FromResult((EmrOutcome.Passed, recipient));
    }

    /// <summary>Writes a file and removes it; a folder that a run would make is made and removed, too.</summary>
    private static void ProbeFolder(string folder)
    {
        var made = new Stack<string>();
        try
        {
            for (string? missing = folder; missing is not null && !Directory.Exists(missing); missing = Path.GetDirectoryName(missing)) made.Push(missing);
            string probe = Path.Combine(folder, $".emrsim-probe-{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(folder);
                PrivateFile.Create(probe);
            }
            finally
            {
                if (File.Exists(probe)) File.Delete(probe);
                foreach (string path in made.Reverse().Where(Directory.Exists)) Directory.Delete(path);
            }
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "No backup could be written", folder);
        }
    }

    private static void RequireContent(string parameter, bool hasContent)
    {
        if (!hasContent) throw new EmrSimException(ErrorCode.SecretNotFound, $"The secret for -{parameter} is empty.", parameter);
    }

    private static string? SecretOf(ScheduledBackup backup, string parameter) => backup.Secrets.FirstOrDefault(s => s.Parameter == parameter)?.File;
}
