using System.Text;
using EmrSim.Core.Files;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes runbooks of Azure Automation.</summary>
public static class Runbook
{
    /// <summary>Writes one.</summary>
    /// <param name="request">What it does.</param>
    /// <param name="path">The absolute path of the script.</param>
    /// <param name="force">Whether a file that is there is replaced.</param>
    /// <param name="token">Cancels the work.</param>
    /// <returns>The file.</returns>
    /// <exception cref="EmrSimException">InvalidArgument, NameNeedsOneSource, InvalidSetName, TargetExists, AccessDenied, DiskFull, IoError.</exception>
    public static Task<FileInfo> WriteAsync(RunbookRequest request, string path, bool force, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        token.ThrowIfCancellationRequested();
        string text = Text(request);
        if (!force && File.Exists(path)) throw new EmrSimException(ErrorCode.TargetExists, $"'{path}' exists. Name another file, or use -Force.", path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string partial = path + DurableFile.PartialSuffix;
            File.Delete(partial);
            DurableFile.Stage(partial, Encoding.UTF8.GetBytes(text));
            DurableFile.Publish(partial, path);
            return Task.FromResult(new FileInfo(path));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The runbook could not be written", path);
        }
    }

    /// <summary>The text of one.</summary>
    internal static string Text(RunbookRequest request)
    {
        request.Backup.Require();
        Zones.Find(request.Backup.TimeZone);
        return $$"""
            #Requires -Version 7.4
            #Requires -Modules @{ ModuleName = 'EmrSim'; ModuleVersion = '{{request.ModuleVersion.ToString(3)}}' }

            <#
            .SYNOPSIS
            Backs up SQLite databases with EmrSim. A runbook of Azure Automation, made by Export-EmrRunbook.

            .DESCRIPTION
            The runbook tries out everything that it needs, then backs up each database and gives an EmrBackup for each. It throws in the end when
            anything failed or could not be verified, so that the job ends as Failed and alerts on failed jobs see it. It holds no secret.

            What to import: a runtime environment of PowerShell 7.4 or later, and into it the module EmrSim (the nupkg or the zip of a release).
            On a hybrid worker: PowerShell 7.4 or later, and Install-PSResource EmrSim -Scope AllUsers.

            Where it runs: a database on a disk can be read only where that disk is, so run it on a hybrid worker on that machine. A job in the cloud
            has a temporary disk of its own and sees no database but one that an earlier step has put there; it is ended after three hours.

            Which permissions: the managed identity of the Automation account, or of the hybrid worker's machine, needs the role
            Storage Blob Data Contributor on the container of each blob store. On a hybrid worker the account of the worker (SYSTEM on Windows, root or
            hweautomation on Linux) must be able to read the databases, and to make files beside those in WAL mode, and to write to destinations
            that are folders.

            Secrets: those by name are encrypted variables of the Automation account; those by file lie on the hybrid worker, where only the
            account of the worker can read them.

            .PARAMETER SelfTestOnly
            Tries out everything and backs up nothing.

            .EXAMPLE
            Start-AzAutomationRunbook -AutomationAccountName backups -ResourceGroupName backups -Name BackupDatabases -RunOn workers
            #>
            [CmdletBinding()]
            param([bool] $SelfTestOnly)

            $ErrorActionPreference = 'Stop'
            {{Identity(request)}}
            {{JobScript.Databases(request.Backup.Sources)}}
            {{JobScript.Splat("backup", JobScript.Parameters(request.Backup), "")}}
            {{JobScript.Splat("secrets", request.Backup.Secrets.Where(s => s.SecretName is not null).Select(s => (s.Parameter, GetVariable(s))), "")}}
            $databases = @(Get-Database)
            # The self-test throws when anything fails; what it says is not output of the job. No database goes without its backup for another one's fault.
            $problems = @()
            try {
                $null = Test-EmrBackupSchedule -LiteralPath $databases @backup @secrets
            }
            catch {
                if ($SelfTestOnly) { throw }
                $problems += "$("$($_.FullyQualifiedErrorId)".Split(',')[0]): $_"
            }

            if ($SelfTestOnly) { return }

            foreach ($database in $databases) {
                $failures = @()
                try {
                    Backup-EmrDatabase -LiteralPath $database @backup @secrets -ErrorAction Continue -ErrorVariable failures
                }
                catch {
                    $failures = @($_)
                }

                foreach ($failure in $failures) { $problems += "$database`: $("$($failure.FullyQualifiedErrorId)".Split(',')[0]): $failure" }
            }

            if ($problems.Count -gt 0) { throw "$($problems.Count) problems: $($problems -join ' ')" }

            """.ReplaceLineEndings("\n");
    }

    private static string Identity(RunbookRequest request) => request.ManagedIdentity is { } id
        ? $"\n# The managed identity that DefaultAzureCredential takes.\n$env:AZURE_CLIENT_ID = '{id:D}'\n"
        : "";

    private static string GetVariable(ScheduledSecret secret)
    {
        string variable = $"Get-AutomationVariable -Name {PowerShellLiteral.Of(secret.SecretName!)}";
        return secret.IsText ? variable : $"ConvertTo-SecureString ({variable}) -AsPlainText -Force";
    }
}
