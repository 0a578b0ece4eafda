namespace EmrSim.Core.Stores;

/// <summary>Which database a backup is of, as far as that is known: a path, and the machine that has it.</summary>
/// <param name="Path">The database's absolute path; empty where nothing says it.</param>
/// <param name="Host">The machine's name; null where nothing says it.</param>
internal sealed record SourceIdentity(string Path, string? Host)
{
    /// <summary>Nothing is known.</summary>
    internal static SourceIdentity Unknown { get; } = new("", null);

    /// <summary>This machine's name as its operating system tells it, without its domain. Windows has it in capitals, Linux as it was typed.</summary>
    internal static string ThisHost { get; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>What a backup says of itself.</summary>
    internal static SourceIdentity Of(EmrBackup backup) => new(backup.SourcePath, backup.SourceHost);

    /// <summary>Whether both can be the same database. What one of them does not know tells them not apart.</summary>
    internal bool MayBe(SourceIdentity other) => Path.Length == 0 || other.Path.Length == 0 ||
        (Path.Equals(other.Path, SetName.Case) && (IsShare || Host is null || other.Host is null || Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase)));

    // A path of a share names its machine itself, and is the same file from everywhere.
    private bool IsShare => Path.StartsWith(@"\\", StringComparison.Ordinal);

    /// <summary>For messages.</summary>
    public override string ToString() => Host is null ? $"'{Path}'" : $"'{Path}' on '{Host}'";
}
