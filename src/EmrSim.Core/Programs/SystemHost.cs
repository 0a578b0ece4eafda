namespace EmrSim.Core.Programs;

/// <summary>The machine and its programs.</summary>
internal record SystemHost
{
    /// <summary>The folders in which programs of the system lie, whatever the PATH of whoever runs this.</summary>
    internal const string JobPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>This machine.</summary>
    internal static SystemHost This { get; } = new();

    /// <summary>What stands before all paths of the system.</summary>
    internal string Root { get; init; } = "/";

    /// <summary>Where programs are looked for.</summary>
    internal IReadOnlyList<string> Programs { get; init; } = OperatingSystem.IsWindows()
        ? [Environment.SystemDirectory, .. OnPath()]
        : [.. OnPath().Concat(JobPath.Split(':')).Distinct()];

    /// <summary>The home of this account.</summary>
    internal string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>The folder of this account's settings.</summary>
    internal string Settings { get; init; } = Environment.GetFolderPath(
        OperatingSystem.IsWindows() ? Environment.SpecialFolder.LocalApplicationData : Environment.SpecialFolder.ApplicationData,
        Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>Whether systemd runs this machine: sd_booted(3).</summary>
    internal bool HasSystemd => Directory.Exists(Path.Combine(Root, "run/systemd/system"));

    /// <summary>The absolute path of a program; null where it is not installed.</summary>
    internal string? Find(params string[] names) =>
        Programs.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static string[] OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
