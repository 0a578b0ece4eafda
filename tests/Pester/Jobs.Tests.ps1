# Blocks of Pester set variables for the tests in them.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '')]
param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force
    $database = Join-Path $TestDrive 'chat.db'
    $null = New-EmrSampleDatabase $database -Turns 200
    $identity = Join-Path $TestDrive 'key.txt'
    $key = New-EmrBackupKey $identity
    $store = Join-Path $TestDrive 'store'
    $mirror = Join-Path $TestDrive 'mirror'
}

Describe 'A nightly job' {
    BeforeAll {
        $first = Backup-EmrDatabase $database $store -Recipient $key.Recipient -MirrorTo $mirror
        $second = Backup-EmrDatabase $database $store -Recipient $key.Recipient -MirrorTo $mirror
    }

    It 'encrypts to the recipient, and the identity alone reads it' {
        $second.Encryption | Should -Be 'AgeRecipient'
        $second.Path | Should -BeLike '*.age'
        ($second | Test-EmrBackup -Level Restore -Identity $identity).Outcome | Should -Be 'Passed'
        $test = $second | Test-EmrBackup -ErrorAction SilentlyContinue -ErrorVariable failure
        $test.Outcome | Should -Be 'Inconclusive'
        $failure.FullyQualifiedErrorId | Should -BeLike 'KeyNeeded,*'
    }

    It 'keeps the newest backup of a day, in both stores' {
        (Get-EmrBackup $store).Id | Should -Be $second.Id
        (Get-EmrBackup $mirror).Id | Should -Be $second.Id
    }

    It 'tells the history and a monitor' {
        (Get-EmrHistory $store -Kind Backup).Count | Should -Be 2
        (Get-EmrHistory $store -Kind Mirror).Outcome | Should -Be 'Passed', 'Passed'
        $status = Get-EmrBackupStatus $store
        $status.Outcome | Should -Be 'Passed'
        $status.Summary | Should -BeLike 'OK chat: *'
    }

    It 'writes a report that is one page' {
        $report = Export-EmrReport -Destination $store -OutFile (Join-Path $TestDrive 'report.html') -PassThru
        $report | Should -BeOfType System.IO.FileInfo
        Get-Content $report -Raw | Should -BeLike '*chat*'
    }
}

Describe 'Retention' {
    BeforeAll {
        $kept = Join-Path $TestDrive 'kept'
        $backups = 1..3 | ForEach-Object { Backup-EmrDatabase $database $kept -NoRotation }
    }

    It 'plans what it then removes, and nothing that is pinned' {
        $backups[0] | Set-EmrBackup -Pinned -Reason 'before the upgrade'
        $plan = Get-EmrRetentionPlan $kept
        $plan.Action | Should -Be 'Keep', 'Remove', 'Keep'
        $plan[0].Reason | Should -BeLike '*before the upgrade*'
        (Invoke-EmrRetention $kept -Confirm:$false).Backup.Id | Should -Be $backups[1].Id
        (Get-EmrBackup $kept).Id | Should -Be $backups[0].Id, $backups[2].Id
    }

    It 'is simulated day by day' {
        $days = Get-EmrRetentionPlan -Simulate 40 -Every 1d
        $days.Count | Should -Be 40
        ($days | Measure-Object Count -Maximum).Maximum | Should -BeLessOrEqual 17
    }
}

Describe 'A schedule' {
    It 'is written for <As> and holds no secret' -ForEach @(@{ As = 'TaskScheduler' }, @{ As = 'Systemd' }, @{ As = 'Cron' }) {
        $folder = Join-Path $TestDrive "schedule $As"
        $schedule = Register-EmrBackupSchedule $database $store -At 02:00 -Recipient $key.Recipient -As $As -OutFile $folder
        $schedule.Files | Should -Not -BeNullOrEmpty
        $schedule.Files | Where-Object { $_ -notlike '*README.txt' } | ForEach-Object { Get-Content -LiteralPath $_ -Raw } |
            Should -Not -BeLike '*AGE-SECRET-KEY*'
    }

    It 'runs as a job that ends with 0, and with 1 when the database is gone' {
        $folder = Join-Path $TestDrive 'job'
        $null = Register-EmrBackupSchedule $database (Join-Path $TestDrive 'by job') -At 02:00 -Name nightly -As Cron -RetryCount 0 -OutFile $folder
        $pwsh = (Get-Process -Id $PID).Path
        & $pwsh -NoProfile -NonInteractive -File (Join-Path $folder 'nightly.ps1') *> $null
        $LASTEXITCODE | Should -Be 0
        Rename-Item $database 'gone.db'
        try {
            & $pwsh -NoProfile -NonInteractive -File (Join-Path $folder 'nightly.ps1') *> $null
        } finally {
            Rename-Item (Join-Path $TestDrive 'gone.db') 'chat.db'
        }

        $LASTEXITCODE | Should -Be 1
    }

    It 'is a runbook that parses' {
        $null = Export-EmrRunbook $database 'https://account.blob.core.windows.net/backups/chat' -OutFile (Join-Path $TestDrive 'runbook.ps1')
        $errors = $null
        $null = [Management.Automation.Language.Parser]::ParseFile((Join-Path $TestDrive 'runbook.ps1'), [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty
    }
}
