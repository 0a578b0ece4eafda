namespace EmrSim.Tests.Secrets;

/// <summary>What the sessions of a whole run do. Secrets are read from files, so that no script holds one.</summary>
internal static class RunScripts
{
    /// <summary>Shows all that there is to an object: its properties, and those of whatever caused it and of what it is about.</summary>
    private const string Show = """
        function Show($what, $depth = 0) {
            if ($null -eq $what) { return }
            "$what"
            foreach ($property in $what.PSObject.Properties) {
                try { $value = $property.Value } catch { $value = "$_" }
                "$('  ' * $depth)$($property.Name): $value"
                if ($depth -lt 4 -and $null -ne $value -and $property.Name -notin 'InvocationInfo', 'TargetSite' -and $value -isnot [string] -and -not $value.GetType().IsPrimitive) {
                    foreach ($item in @($value)) { Show $item ($depth + 1) }
                }
            }
        }
        function Secret($name) { [IO.File]::ReadAllText("secrets/$name").Trim() }
        function Secure($name) { [Net.NetworkCredential]::new('', (Secret $name)).SecurePassword }
        function Show-Errors {
            foreach ($failure in $Error) {
                "error-id: $("$($failure.FullyQualifiedErrorId)".Split(',')[0])"
                Show $failure
                foreach ($name in 'Line', 'PositionMessage', 'ScriptName') { "$($failure.InvocationInfo.$name)" }
                for ($cause = $failure.Exception; $cause; $cause = $cause.InnerException) { $cause.ToString() }
            }
        }

        """;

    private const string Policy = "-KeepLast 1 -KeepDaily 0 -KeepWeekly 0 -KeepMonthly 0";

    /// <summary>Makes the database and writes every kind of schedule, and a runbook.</summary>
    internal static string Prepare(string store, string mirror) => Show + $$"""
        New-EmrSampleDatabase app.db -Turns 50
        $job = @{
            Path = 'app.db'; Destination = '{{store}}'; MirrorTo = '{{mirror}}'; LogPath = 'job.log'; SystemLog = $true; VerificationLevel = 'Restore'; PassphraseFile = 'secrets/passphrase'
            StoreSecretFile = 'secrets/sas'; MirrorSecretFile = 'secrets/connection'; NotifyUriFile = 'secrets/notify'
        }
        foreach ($scheduler in 'Systemd', 'Cron', 'TaskScheduler') {
            Show (Register-EmrBackupSchedule @job {{Policy}} -At 02:00 -Name nightly -As $scheduler -RetryCount 0 -PwshPath bin/pwsh -OutFile "out-$scheduler")
            Register-EmrBackupSchedule @job {{Policy}} -At 02:00 -Name nightly -As $scheduler -WhatIf
        }
        Export-EmrRunbook @job {{Policy}} -OutFile runbook.ps1
        Show-Errors

        """;

    /// <summary>Reads what the jobs left, and makes a report.</summary>
    internal static string Read(string store, string mirror) => Show + $$"""
        foreach ($place in @(@{ Destination = '{{store}}'; StoreSecretFile = 'secrets/sas' }, @{ Destination = '{{mirror}}'; StoreSecretFile = 'secrets/connection' })) {
            $backups = @(Get-EmrBackup @place)
            $access = @{ StoreSecret = Secure ($place.StoreSecretFile.Split('/')[1]) }
            Show ($backups[-1] | Test-EmrBackup -Level Restore -Passphrase (Secure passphrase) @access)
            $history = @(Get-EmrHistory @place)
            $plan = @(Get-EmrRetentionPlan @place)
            $status = @(Get-EmrBackupStatus @place -RequireProof)
            Show @($backups + $history + $plan + $status)
            $backups; $history; $plan; $status
            Export-EmrReport report.html @place -Force
        }
        Show-Errors

        """;

    /// <summary>The errors of each attempt of <see cref="Fail"/>.</summary>
    internal static string[] Failures { get; } =
    [
        "WrongPassphrase", "StoreAccessDenied", "StoreAccessDenied", "StoreAccessDenied", "StoreAccessDenied", "InvalidArgument", "InvalidArgument", "InvalidArgument",
        "SecretExposed", "InvalidArgument", "InvalidArgument", "InvalidRecipient", "InvalidArgument", "", "InvalidDestination", "InvalidDestination", "InvalidDestination",
        "InvalidDestination", "InvalidDestination", "InvalidDestination", "InvalidDestination", "InvalidDestination", "InvalidRecipient", "InvalidRecipient",
        "InvalidDestination", "InvalidDestination", "InvalidDestination", "InvalidRecipient", "SelfTestFailed",
    ];

    /// <summary>Whatever users and networks do wrong, with secrets in the wrong place, too.</summary>
    internal static string Fail(string store) => Show + $$"""
        $ErrorActionPreference = 'Continue'
        $logged = @{ LogPath = 'failures.log'; SystemLog = $true }
        $signed = "{{store}}?$(Secret sas)"
        $outside = 'http://127.0.0.1:1/emrsim/backups'
        $attempts =
            { Get-EmrBackup '{{store}}' -Latest -StoreSecretFile secrets/sas | Test-EmrBackup -Level Restore -StoreSecretFile secrets/sas -PassphraseFile secrets/wrong },
            { Get-EmrBackup '{{store}}' -StoreSecretFile secrets/expired },
            { Backup-EmrDatabase app.db '{{store}}' -StoreSecretFile secrets/expired -PassphraseFile secrets/passphrase @logged },
            { Get-EmrBackup '{{store}}' -StoreSecretFile secrets/forged },
            { Backup-EmrDatabase app.db '{{store}}' -Name other -StoreSecretFile secrets/limited -PassphraseFile secrets/passphrase @logged },
            { Get-EmrBackup '{{store}}' -StoreSecretFile secrets/key },
            { Get-EmrBackup '{{store}}' -StoreSecretFile secrets/garbled },
            { Get-EmrBackup $outside -StoreSecretFile secrets/connection },
            { Backup-EmrDatabase app.db '{{store}}' -StoreSecretFile secrets/exposed @logged },
            { Backup-EmrDatabase app.db '{{store}}' -StoreSecretFile secrets/sas -StoreSecret (Secure sas) @logged },
            { Backup-EmrDatabase app.db folder -PassphraseFile secrets/passphrase -Recipient (Secret identity) @logged },
            { Backup-EmrDatabase app.db folder -Recipient (Secret identity) @logged },
            { Backup-EmrDatabase app.db folder -NotifyUri (Secret notify).Replace('http://', '') @logged },
            { Backup-EmrDatabase app.db folder -NotifyUriFile secrets/elsewhere @logged },
            { Backup-EmrDatabase app.db $signed @logged },
            { Backup-EmrDatabase app.db folder -MirrorTo $signed @logged },
            { Get-EmrBackup $signed },
            { Get-EmrHistory $signed },
            { Export-EmrReport failures.html -Destination $signed },
            { Register-EmrBackupSchedule app.db $signed -At 02:00 -OutFile wrong-destination },
            { Register-EmrBackupSchedule app.db $signed -At 02:00 -As Cron -WhatIf },
            { Register-EmrBackupSchedule app.db folder -MirrorTo $signed -At 02:00 -OutFile wrong-mirror },
            { Register-EmrBackupSchedule app.db folder -Recipient (Secret identity) -At 02:00 -OutFile wrong-recipient },
            { Register-EmrBackupSchedule app.db folder -Recipient (Secret passphrase) -At 02:00 -OutFile wrong-recipient -Force },
            { Export-EmrRunbook app.db $signed -OutFile wrong-runbook.ps1 },
            { Test-EmrBackupSchedule -Path app.db -Destination $signed },
            { Test-EmrBackupSchedule -Path app.db -Destination $signed -StoreSecret (Secure sas) },
            { Test-EmrBackupSchedule -Path app.db -Destination '{{store}}' -StoreSecretFile secrets/forged -Recipient (Secret identity) },
            { Test-EmrBackupSchedule -Path app.db -Destination '{{store}}' -StoreSecretFile secrets/forged -MirrorTo mirror -MirrorSecretFile secrets/exposed -NotifyUri '' }
        for ($i = 0; $i -lt $attempts.Count; $i++) {
            $before = $Error.Count
            try { & $attempts[$i] } catch { "caught: $_" }
            $ids = for ($n = $Error.Count - $before - 1; $n -ge 0; $n--) { "$($Error[$n].FullyQualifiedErrorId)".Split(',')[0] }
            "attempt $i gave: $ids"
        }
        Show-Errors

        """;

    /// <summary>A second store that is down, and a service that answers every notice with an error and the secret.</summary>
    internal static string Down(string down) => Show + $$"""
        Backup-EmrDatabase app.db folder -Name down -PassphraseFile secrets/passphrase -MirrorTo '{{down}}' -MirrorSecretFile secrets/down -NotifyUriFile secrets/failing -LogPath down.log -SystemLog
        Get-EmrHistory folder down
        Show-Errors

        """;

    /// <summary>A folder as store, and a passphrase that comes from stdin and is never in a file.</summary>
    internal const string InMemory = Show + """
        $passphrase = [Net.NetworkCredential]::new('', [Console]::In.ReadLine()).SecurePassword
        $wrong = [Net.NetworkCredential]::new('', 'wrong').SecurePassword
        Backup-EmrDatabase app.db store -Passphrase $passphrase -VerificationLevel Restore -LogPath job.log
        "tested: $((Get-EmrBackup store | Test-EmrBackup -Level Restore -Passphrase $passphrase).Outcome)"
        "tested: $((Get-EmrBackup store | Test-EmrBackup -Level Restore -Passphrase $wrong).Outcome)"
        "tested: $((Get-EmrBackup store | Test-EmrBackup -Level Restore).Outcome)"
        Show-Errors

        """;

    /// <summary>Everything that must not happen.</summary>
    internal const string Leak = """
        $host.UI.WriteErrorLine("an error about '$([Console]::In.ReadLine())'")
        [IO.File]::WriteAllText("$([IO.Path]::GetTempPath())/left.txt", "a file with $([Console]::In.ReadLine()) in it")

        """;
}
