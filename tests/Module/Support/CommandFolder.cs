using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Support;

/// <summary>A session whose location is a folder of its own.</summary>
public sealed class CommandFolder : IDisposable
{
    public CommandFolder() => Session.MoveTo(Folder.FullName);

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("emrsim-module-");

    public ModuleSession Session { get; } = new();

    public SessionResult Run(string script, params object[] arguments) => Session.Run(script, arguments);

    public string File(params string[] parts) => Path.Combine([Folder.FullName, .. parts]);

    /// <summary>Makes sample databases.</summary>
    public void MakeDatabases(params string[] names)
    {
        foreach (string name in names) Run("New-EmrSampleDatabase $args[0] -Turns 50", name).ThrowOnError();
    }

    /// <summary>Changes a database as its application would.</summary>
    public void Change(string name, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File(name), Pooling = false }.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The names of all files, with / between the parts; locks and histories are left out.</summary>
    public string[] Files(string below = ".") => !Directory.Exists(File(below)) ? [] :
    [
        .. Directory.EnumerateFiles(File(below), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(File(below), f).Replace('\\', '/'))
            .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal) && !f.EndsWith("history.jsonl", StringComparison.Ordinal) && !f.EndsWith("drills.jsonl", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public void Dispose()
    {
        Session.Dispose();
        TempFolder.Remove(Folder.FullName);
    }
}
