using System.Security.Cryptography;
using System.Text;
using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Recovery;

/// <summary>A live database, a backup of an older state of it, and the engine that restores that.</summary>
public sealed class RestoreFixture : IDisposable
{
    private const int OldRows = 400;
    private const int NewRows = 300;

    public BackupFixture Backups { get; } = new();

    public string Live => Backups.Source;

    public string Store => Backups.Store;

    public string Content { get; private set; } = "";

    public string Journal => Live + ".emr-restore.json";

    /// <summary>Makes the database, a backup of it, and then changes it, so that the two are told apart.</summary>
    /// <param name="journalMode">The database's.</param>
    /// <param name="log">Whether its newest rows are in its log, as after a crash.</param>
    public async Task<EmrBackup> PrepareAsync(string journalMode = "WAL", bool log = false)
    {
        TestDatabase.Create(Live, OldRows, journalMode);
        EmrBackup backup = await Backups.BackupAsync();
        Content = Digest(Live);
        if (log) LeaveLog();
        else Change();
        return backup;
    }

    /// <summary>Changes the live database once more.</summary>
    public void Change()
    {
        using SqliteConnection connection = TestDatabase.Open(Live);
        TestDatabase.AddPatients(connection, NewRows);
    }

    /// <summary>Changes it and leaves it as a crash does: the rows are in the log only.</summary>
    public void LeaveLog()
    {
        string copy = Backups.Folder.File("crashed.db");
        using (SqliteConnection connection = TestDatabase.Open(Live))
        {
            TestDatabase.Run(connection, "PRAGMA wal_autocheckpoint=0");
            TestDatabase.AddPatients(connection, NewRows);
            foreach (string suffix in new[] { "", "-wal", "-shm" }) File.Copy(Live + suffix, copy + suffix);
        }

        foreach (string suffix in new[] { "", "-wal", "-shm" }) File.Move(copy + suffix, Live + suffix, overwrite: true);
        Assert.True(new FileInfo(Live + "-wal").Length > 0);
    }

    public RestoreRequest Request(EmrBackup backup) => new(new RestoreSource(backup.Path, null, null, null), Live) { Force = true };

    public RestoreRequest FromStore(DateTimeOffset? asOf = null, string? name = null) => new(new RestoreSource(null, Store, name, asOf), Live) { Force = true };

    public RestoreEngine Engine(Action<string>? observer = null) => new(Backups.Loggers(), Backups.Clock) { Observer = observer };

    public Task<RestoreResult> RestoreAsync(RestoreRequest request, Action<string>? observer = null, CancellationToken token = default) =>
        Engine(observer).RestoreAsync(request, null, token);

    public Task<EmrSimException> FailAsync(RestoreRequest request) => Assert.ThrowsAsync<EmrSimException>(() => RestoreAsync(request));

    public Task<RestoreResult> ResumeAsync() => Engine().ResumeAsync(new RestoreResumption(Live), null, default);

    public Task<RestoreResult> UndoAsync() => Engine().UndoAsync(new RestoreResumption(Live), null, default);

    /// <summary>The names of the files beside the database that begin with its name.</summary>
    public string[] Beside() => [.. Directory.GetFiles(Backups.Folder.Path).Select(f => Path.GetFileName(f)!).Where(f => f.StartsWith("app.db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>A digest over all rows, read from a copy so that nothing beside the database changes.</summary>
    public static string Digest(string database)
    {
        using var folder = new TempFolder();
        string copy = folder.File("copy.db");
        foreach (string suffix in new[] { "", "-wal", "-journal" })
        {
            if (File.Exists(database + suffix)) File.Copy(database + suffix, copy + suffix);
        }

        using SqliteConnection connection = TestDatabase.Open(copy);
        Assert.Equal("ok", TestDatabase.Scalar(connection, "PRAGMA integrity_check"));
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, name, note FROM patients ORDER BY id";
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new StringBuilder();
        while (reader.Read()) rows.Append(reader.GetInt64(0)).Append('|').Append(reader.GetString(1)).Append('|').Append(reader.GetString(2)).Append('\n');
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(rows.ToString())));
    }

    public void Dispose() => Backups.Dispose();
}
