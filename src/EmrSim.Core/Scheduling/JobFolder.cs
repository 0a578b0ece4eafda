using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Scheduling;

/// <summary>
/// The folder of job scripts. What lies there is run as root or SYSTEM, so whoever else could write there would have all their rights.
/// </summary>
/// <param name="host">The machine.</param>
internal sealed class JobFolder(SchedulerHost host)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The script of a schedule.</summary>
    internal string PathOf(string name) => Path.Combine(host.JobFolder, name + ".ps1");

    /// <summary>Where the script of a schedule lies while it is tested. PowerShell runs no file of another extension.</summary>
    internal string StagedPathOf(string name) => Path.Combine(host.JobFolder, name + ".new.ps1");

    /// <summary>Makes the folder, or makes sure that only its owner can write there.</summary>
    /// <exception cref="EmrSimException">AccessDenied, IoError.</exception>
    internal void Prepare()
    {
        try
        {
            if (OperatingSystem.IsWindows()) PrepareOnWindows();
            else PrepareOnUnix();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The folder of the jobs could not be made", host.JobFolder);
        }
    }

    /// <summary>Writes a script under its staged name, for the account that will run it.</summary>
    /// <exception cref="EmrSimException">InvalidArgument: there is no such account. AccessDenied, IoError, SchedulerFailed.</exception>
    internal async Task StageAsync(string name, string content, string account, CancellationToken token)
    {
        string staged = StagedPathOf(name);
        try
        {
            File.Delete(staged);
            DurableFile.Stage(staged, Encoding.UTF8.GetBytes(content));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The job could not be written", staged);
        }

        if (OperatingSystem.IsWindows()) GrantOnWindows(staged, account);
        else if (host.IsPrivileged && account != "root") await GiveAsync(staged, account, token).ConfigureAwait(false);
    }

    /// <summary>
    /// Refuses a script whose account is another than it says. The script of an account can be changed by that account, and so can what it says
    /// of itself; whoever tests it goes by that.
    /// </summary>
    /// <exception cref="EmrSimException">AccessDenied, SchedulerFailed.</exception>
    internal async Task RequireOwnAsync(string path, string account, CancellationToken token)
    {
        if (OperatingSystem.IsWindows() || !host.IsPrivileged) return;
        string stat = host.Find("stat") ?? throw new EmrSimException(ErrorCode.SchedulerFailed, "There is no stat on this machine.");
        string owner = (await SystemProgram.RequireAsync(stat, [OperatingSystem.IsMacOS() ? "-f%Su" : "-c%U", path], token).ConfigureAwait(false)).Output.Trim();
        if (owner == account || owner == "root") return;
        throw new EmrSimException(
            ErrorCode.AccessDenied,
            $"'{path}' is run by '{owner}' and says that it is run by '{account}', so it was changed. It was not tested: look at it, and register the schedule again with -Force.",
            path);
    }

    private void PrepareOnUnix()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(Path.GetDirectoryName(host.JobFolder)!, host.IsPrivileged ? Passable : OwnerOnly);
        Directory.CreateDirectory(host.JobFolder, host.IsPrivileged ? Passable : OwnerOnly);
        foreach (string folder in new[] { Path.GetDirectoryName(host.JobFolder)!, host.JobFolder })
        {
            if ((File.GetUnixFileMode(folder) & WritableByOthers) == 0 && !OtherWriters.IsOfAnother(folder)) continue;
            throw new EmrSimException(
                ErrorCode.AccessDenied,
                $"Others can write to '{folder}', so they could change what the schedule runs. Run chown {host.Account} '{folder}' and chmod go-w '{folder}', and look at what lies there.",
                folder);
        }
    }

    // The script of an account is its own: it could run anything else as well. Others cannot read it.
    private async Task GiveAsync(string path, string account, CancellationToken token)
    {
        string chown = host.Find("chown") ?? throw new EmrSimException(ErrorCode.SchedulerFailed, "There is no chown on this machine.");
        SystemProgram run = await SystemProgram.RunAsync(chown, [account, path], token).ConfigureAwait(false);
        if (run.ExitCode != 0) throw new EmrSimException(ErrorCode.InvalidArgument, $"A job cannot run as '{account}': {run.Message}", account);
    }

    // Any user may make a folder in ProgramData, and would own it.
    [SupportedOSPlatform("windows")]
    private void PrepareOnWindows()
    {
        if (!host.IsPrivileged)
        {
            Directory.CreateDirectory(host.JobFolder);
            return;
        }

        foreach (string path in new[] { Path.GetDirectoryName(host.JobFolder)!, host.JobFolder })
        {
            var folder = new DirectoryInfo(path);
            var security = new DirectorySecurity();
            security.SetOwner(Administrators);
            security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
            foreach (IdentityReference who in new[] { Administrators, new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null) })
            {
                security.AddAccessRule(new FileSystemAccessRule(
                    who, FileSystemRights.FullControl, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
            }

            if (folder.Exists) folder.SetAccessControl(security);
            else folder.Create(security);
        }
    }

    [SupportedOSPlatform("windows")]
    private void GrantOnWindows(string path, string account)
    {
        if (!host.IsPrivileged || account.Equals("SYSTEM", StringComparison.OrdinalIgnoreCase) || account == TaskXml.LocalSystem) return;
        try
        {
            var file = new FileInfo(path);
            FileSecurity security = file.GetAccessControl();
            // Every account may pass through a folder on Windows, whatever its own rights.
            security.AddAccessRule(new FileSystemAccessRule(new NTAccount(account), FileSystemRights.Read, AccessControlType.Allow));
            file.SetAccessControl(security);
        }
        catch (IdentityNotMappedException e)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"A job cannot run as '{account}': Windows knows no such account.", account, e);
        }
    }

    [SupportedOSPlatform("windows")]
    private static SecurityIdentifier Administrators => new(WellKnownSidType.BuiltinAdministratorsSid, null);
}
