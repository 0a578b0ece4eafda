using System.Text.RegularExpressions;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Scheduling;

/// <summary>The name of a schedule: part of the names of units, of files for cron, and of tasks.</summary>
internal static partial class ScheduleName
{
    private const int MaximumLength = 64;

    /// <summary>The name of a schedule that was given none: the database's, or <c>backup</c> where there are several.</summary>
    internal static string Default(IReadOnlyList<ScheduledSource> sources)
    {
        if (sources.Count != 1 || sources[0].IsPattern) return "backup";
        string name = Other().Replace(Path.GetFileNameWithoutExtension(sources[0].Path), "-").Trim('-', '_');
        if (name.Length > MaximumLength) name = name[..MaximumLength];
        return name.Length == 0 || !IsValid(name) ? "backup" : name;
    }

    /// <summary>Refuses a name that some scheduler would not take.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static void Require(string name)
    {
        if (IsValid(name)) return;
        throw new EmrSimException(
            ErrorCode.InvalidArgument,
            $"'{name}' cannot be the name of a schedule. Use up to {MaximumLength} letters from a to z, digits, dashes and underscores, beginning with a letter or a digit.",
            name);
    }

    // cron reads no file with a dot in its name: cron(8). Windows keeps some names for devices.
    private static bool IsValid(string name) => Valid().IsMatch(name) && SetName.FromSource(name) == name;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z")]
    private static partial Regex Valid();

    [GeneratedRegex("[^A-Za-z0-9_-]+")]
    private static partial Regex Other();
}
