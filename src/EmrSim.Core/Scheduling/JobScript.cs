using System.Globalization;

namespace EmrSim.Core.Scheduling;

/// <summary>
/// Writes the script that a scheduler runs. Quoting through a unit or a task, a shell and PowerShell fails sooner or later; a scheduler is
/// given nothing but the path of this script, and a person can read it and run it.
/// </summary>
internal static class JobScript
{
    // What a pattern means is told as the cmdlet tells it: neither what SQLite keeps beside a database nor what a restore does.
    private static readonly string s_search = """
        function Find-Database {
            [CmdletBinding()]
            param($folder, $pattern)
            $found = @()
            try {
                $found = @([IO.Directory]::GetFiles($folder, $pattern) | Where-Object { $_ -notmatch '-(wal|shm|journal)$|\.emr-(safety-|replaced-|restore\.)[^/\\]*$' })
            }
            catch [IO.IOException], [UnauthorizedAccessException] {
                $PSCmdlet.WriteError($_)
            }

            # A pattern that finds nothing fails as a database that is gone.
            if ($found.Count -gt 0) { $found } else { [IO.Path]::Combine($folder, $pattern) }
        }

        function Get-RealPath($path) {
            $folder = [IO.Path]::GetDirectoryName($path)
            if (-not $folder) { return $path }
            $real = [IO.Path]::Combine((Get-RealPath $folder), [IO.Path]::GetFileName($path))
            $target = if ([IO.Path]::Exists($real)) { [IO.File]::ResolveLinkTarget($real, $true) }
            if ($target) { Get-RealPath $target.FullName } else { $real }
        }

        # A database that is named twice, by a pattern or through a link, is backed up once.
        function Select-Database {
            begin { $seen = [Collections.Generic.HashSet[string]]::new($(if ($IsLinux) { [StringComparer]::Ordinal } else { [StringComparer]::OrdinalIgnoreCase })) }
            process { if ($seen.Add((Get-RealPath $_))) { $_ } }
        }


        """.ReplaceLineEndings("\n");

    /// <summary>The text of the script.</summary>
    /// <param name="request">The schedule.</param>
    /// <param name="header">What it says of itself.</param>
    internal static string Write(ScheduleRequest request, JobHeader header) => $$"""
        # EmrSim backup schedule '{{request.Name}}', made by Register-EmrBackupSchedule. To change it, register it again with -Force.
        # By hand: pwsh -NoProfile -NonInteractive -File <this file> [-SelfTest]
        # It ends with 0 when every backup was made and verified, else with 1. It holds no secret.
        {{header.ToLine()}}
        #Requires -Version 7.4
        param([switch] $SelfTest)

        $ErrorActionPreference = 'Stop'
        $attempts = {{(request.Retries + 1).ToString(CultureInfo.InvariantCulture)}}
        $pause = [TimeSpan]::FromSeconds({{((int)request.RetryDelay.TotalSeconds).ToString(CultureInfo.InvariantCulture)}})

        function Show-Failure($failure) {
            $host.UI.WriteErrorLine("$("$($failure.FullyQualifiedErrorId)".Split(',')[0]): $failure")
        }

        {{Databases(request.Backup.Sources)}}
        try {
            Import-Module -Name {{PowerShellLiteral.Of(header.Module!)}}

                {{Splat("backup", Parameters(request.Backup), "    ")}}
        {{Splat("secrets", request.Backup.Secrets.Where(s => s.SecretName is not null).Select(s => (s.Parameter, GetSecret(s))), "    ")}}
            if ($SelfTest) {
                $databases = @(Get-Database)
                Test-EmrBackupSchedule -LiteralPath $databases @backup @secrets | ForEach-Object { "$($_.Name)`t$($_.Outcome)`t$($_.Detail)" }
                # Whether this module takes these parameters.
                Backup-EmrDatabase -LiteralPath $databases @backup @secrets -WhatIf
                exit 0
            }

            $done = @()
            for ($attempt = 1; ; $attempt++) {
                $failed = $false
                foreach ($database in Get-Database | Where-Object { $_ -cnotin $done }) {
                    # Errors are written and collected, so that one database that fails does not keep the others from their backup.
                    $failures = @()
                    try {
                        # PowerShell writes warnings to stdout, which cron throws away.
                        Backup-EmrDatabase -LiteralPath $database @backup @secrets -ErrorAction Continue -ErrorVariable failures 3>&1 | ForEach-Object {
                            if ($_ -is [Management.Automation.WarningRecord]) { $host.UI.WriteErrorLine("WARNING: $_") } else { $_ }
                        }
                    }
                    catch {
                        $failures = @($_)
                        Show-Failure $_
                    }

                    if ($failures.Count -eq 0) { $done += $database } else { $failed = $true }
                }

                if (-not $failed -or $attempt -ge $attempts) { break }
                [Threading.Thread]::Sleep($pause)
            }
        }
        catch {
            Show-Failure $_
            exit 1
        }

        exit [int] $failed

        """.ReplaceLineEndings("\n");

    /// <summary>
    /// The function <c>Get-Database</c>, which gives each database once. Patterns are looked up whenever it is called. One that finds nothing is given
    /// itself: its backup fails as that of any database which is gone, and is logged, recorded and notified as such, while the others get theirs.
    /// </summary>
    internal static string Databases(IReadOnlyList<ScheduledSource> sources)
    {
        IEnumerable<string> lines = sources.Select(s => s.IsPattern
            ? $"Find-Database {PowerShellLiteral.Of(Path.GetDirectoryName(s.Path)!)} {PowerShellLiteral.Of(Path.GetFileName(s.Path))} -ErrorAction Continue"
            : PowerShellLiteral.Of(s.Path));
        return $"{s_search}function Get-Database {{\n    @(\n{string.Concat(lines.Select(l => $"        {l}\n"))}    ) | Select-Database\n}}\n";
    }

    /// <summary>A statement that makes a table of parameters.</summary>
    internal static string Splat(string name, IEnumerable<(string Parameter, string Expression)> parameters, string indent)
    {
        IEnumerable<string> lines = parameters.Select(p => $"    {p.Parameter} = {p.Expression}");
        return string.Concat(lines.Prepend($"${name} = @{{").Append("}").Select(l => indent + l + "\n"));
    }

    /// <summary>The parameters of a backup as literals.</summary>
    internal static IEnumerable<(string Parameter, string Expression)> Parameters(ScheduledBackup backup) =>
        backup.Parameters().Select(p => (p.Parameter, PowerShellLiteral.Of(p.Value)));

    private static string GetSecret(ScheduledSecret secret) => $"Get-Secret -Name {PowerShellLiteral.Of(secret.SecretName!)}{(secret.IsText ? " -AsPlainText" : "")}";
}
