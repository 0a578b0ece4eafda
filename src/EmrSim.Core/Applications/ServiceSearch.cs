using System.Runtime.Versioning;
using EmrSim.Core.Files;
using EmrSim.Core.Programs;
using Microsoft.Win32;

namespace EmrSim.Core.Applications;

/// <summary>Finds what runs an application: services whose program or folder lies in its root. It asks and reads only.</summary>
/// <param name="host">The machine.</param>
internal sealed class ServiceSearch(SystemHost host)
{
    // systemd.unit(5), the system's and the account's; what comes first hides what comes later.
    private static readonly string[] s_unitFolders =
    [
        "etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/user",
    ];

    private const string Services = @"SYSTEM\CurrentControlSet\Services";

    /// <summary>All that seem to run it.</summary>
    internal async Task<IReadOnlyList<ServiceCandidate>> FindAsync(ApplicationFolder folder, CancellationToken token)
    {
        IEnumerable<string> services = OperatingSystem.IsWindows() ? WindowsServices(folder) : Units(folder);
        EmrApplicationControl kind = OperatingSystem.IsWindows() ? EmrApplicationControl.WindowsService : EmrApplicationControl.Systemd;
        return [.. services.Select(s => new ServiceCandidate(kind, s)), .. await Pm2ProcessesAsync(folder, token).ConfigureAwait(false)];
    }

    private async Task<IEnumerable<ServiceCandidate>> Pm2ProcessesAsync(ApplicationFolder folder, CancellationToken token)
    {
        if (Pm2.Find(host) is null) return [];
        try
        {
            IReadOnlyList<Pm2Process> processes = await Pm2.ListAsync(host, token).ConfigureAwait(false);
            return processes.Where(p => folder.Holds(p.Folder) || folder.Holds(p.Script)).Select(p => p.Name).Distinct()
                .Select(n => new ServiceCandidate(EmrApplicationControl.Pm2, n));
        }
        catch (EmrSimException)
        {
            // A PM2 that does not answer runs nothing that could be found.
            return [];
        }
    }

    private string[] Units(ApplicationFolder folder)
    {
        return
        [
            .. s_unitFolders.Select(f => Path.Combine(host.Root, f)).Append(Path.Combine(host.Settings, "systemd/user"))
                .Where(Directory.Exists)
                .SelectMany(f => Directory.EnumerateFiles(f, "*.service"))
                .DistinctBy(Path.GetFileName)
                .Where(f => Runs(f, folder))
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool Runs(string unit, ApplicationFolder folder)
    {
        try
        {
            // A template is no unit, and a job that runs once does not run the application.
            if (Path.GetFileName(unit).Contains("@.", StringComparison.Ordinal)) return false;
            string[][] settings = [.. File.ReadAllText(unit).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2)];
            return settings.Any(p => p[0].Trim() is "WorkingDirectory" or "ExecStart" && folder.Holds(p[1].Trim())) &&
                !settings.Any(p => p[0].Trim() == "Type" && p[1].Trim() == "oneshot");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A link to nowhere, or one that is not for everybody's eyes.
            return false;
        }
    }

    [SupportedOSPlatform("windows")]
    private static List<string> WindowsServices(ApplicationFolder folder)
    {
        var found = new List<string>();
        using RegistryKey? services = Registry.LocalMachine.OpenSubKey(Services);
        foreach (string name in services?.GetSubKeyNames() ?? [])
        {
            try
            {
                using RegistryKey? service = services!.OpenSubKey(name);
                // NSSM keeps there what it runs.
                using RegistryKey? parameters = service?.OpenSubKey("Parameters");
                string?[] texts = [Text(service, "ImagePath"), Text(parameters, "AppDirectory"), Text(parameters, "Application"), Text(parameters, "AppParameters")];
                if (texts.Any(folder.Holds)) found.Add(name);
            }
            catch (Exception e) when (e is System.Security.SecurityException or UnauthorizedAccessException or IOException)
            {
                // One that this account may not look at.
            }
        }

        return found;
    }

    [SupportedOSPlatform("windows")]
    private static string? Text(RegistryKey? key, string name) => key?.GetValue(name) as string;
}
