using System.Globalization;

namespace EmrSim.Core.Scheduling;

/// <summary>
/// Writes the script that a scheduler runs. Quoting through a unit or a task, a shell and PowerShell fails sooner or later; a scheduler is
/// given nothing but the path of this script, and a person can read it and run it.
/// </summary>
internal static class JobScript
{
    /// <summary>The text of the script.</summary>
    /// <param name="request">The schedule.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="modulePath">The absolute path of the module's manifest.</param>
    /// <param name="attempts">How often the script itself tries a backup.</param>
    internal static string Write(ScheduleRequest request, JobHeader header, string modulePath, int attempts) => $$"""
        # EmrSim backup schedule '{{request.Name}}', made by Register-EmrBackupSchedule. To change it, register it again with -Force.
        # By hand: pwsh -NoProfile -NonInteractive -File <this file> [-SelfTest]
        # It ends with 0 when every backup was made and verified, else with 1. It holds no secret.
        {{header.ToLine()}}
        #Requires -Version 7.4
        param([switch] $SelfTest)

        $ErrorActionPreference = 'Stop'
        $attempts = {{attempts.ToString(CultureInfo.InvariantCulture)}}
        $pause = [TimeSpan]::FromSeconds({{((int)request.RetryDelay.TotalSeconds).ToString(CultureInfo.InvariantCulture)}})

        function Show-Failure($failure) {
            $host.UI.WriteErrorLine("$("$($failure.FullyQualifiedErrorId)".Split(',')[0]): $failure")
        }

        $failed = $false
        try {
            Import-Module -Name {{PowerShellLiteral.Of(modulePath)}}

        {{Databases(request.Backup.Sources, "    ")}}
        {{Splat("backup", Parameters(request.Backup), "    ")}}
        {{Splat("secrets", request.Backup.Secrets.Where(s => s.SecretName is not null).Select(s => (s.Parameter, GetSecret(s))), "    ")}}
            if ($SelfTest) {
                Test-EmrBackupSchedule -LiteralPath $databases @backup @secrets | ForEach-Object { "$($_.Name)`t$($_.Outcome)`t$($_.Detail)" }
                # Whether this module takes these parameters.
                Backup-EmrDatabase -LiteralPath $databases @backup @secrets -WhatIf
                exit 0
            }

            foreach ($database in $databases) {
                for ($attempt = 1; ; $attempt++) {
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

                    if ($failures.Count -eq 0) { break }
                    if ($attempt -ge $attempts) {
                        $failed = $true
                        break
                    }

                    [Threading.Thread]::Sleep($pause)
                }
            }
        }
        catch {
            Show-Failure $_
            exit 1
        }

        exit [int] $failed

        """.ReplaceLineEndings("\n");

    /// <summary>Statements that fill <c>$databases</c>; patterns are looked up at each run, and one that finds nothing fails.</summary>
    internal static string Databases(IReadOnlyList<ScheduledSource> sources, string indent)
    {
        var lines = new List<string> { "$databases = @(" };
        lines.AddRange(sources.Where(s => !s.IsPattern).Select(s => "    " + PowerShellLiteral.Of(s.Path)));
        lines.Add(")");
        foreach (ScheduledSource source in sources.Where(s => s.IsPattern))
        {
            string folder = PowerShellLiteral.Of(Path.GetDirectoryName(source.Path)!);
            string pattern = PowerShellLiteral.Of(Path.GetFileName(source.Path));
            lines.Add($"$found = @([IO.Directory]::GetFiles({folder}, {pattern}) | Where-Object {{ $_ -notmatch '-(wal|shm|journal)$' }})");
            lines.Add($"if ($found.Count -eq 0) {{ throw 'No file matches the pattern ' + {PowerShellLiteral.Of(source.Path)} }}");
            lines.Add("$databases += $found");
        }

        return string.Concat(lines.Select(l => indent + l + "\n"));
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
