param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force
    Set-Location $TestDrive
    New-EmrSampleDatabase recover.db -Turns 200 | Out-Null
    Backup-EmrDatabase recover.db recovery | Out-Null
}

Describe 'Restore-EmrDatabase' {
    It 'names every step and changes nothing with -WhatIf' {
        $before = Get-ChildItem $TestDrive -Recurse -File | Get-FileHash | ForEach-Object { "$($_.Path) $($_.Hash)" }
        Restore-EmrDatabase -From recovery -Destination recover.db -Force -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem $TestDrive -Recurse -File | Get-FileHash | ForEach-Object { "$($_.Path) $($_.Hash)" } | Should -Be $before
    }

    It 'restores what Test-EmrBackup found good, and brings the old database back' {
        $old = (Get-FileHash recover.db).Hash
        $restore = Get-EmrBackup recovery -Latest | Test-EmrBackup -Level Restore | Where-Object Outcome -EQ Passed |
            Restore-EmrDatabase -Destination recover.db -Force -Confirm:$false
        $restore.Outcome | Should -Be Passed
        $restore.SafetyCopy | Should -Exist
        (Get-FileHash recover.db).Hash | Should -Be $restore.Backup.Sha256
        ($restore | Undo-EmrRestore -Confirm:$false).Outcome | Should -Be Passed
        (Get-FileHash recover.db).Hash | Should -Be $old
        $restore.SafetyCopy | Should -Not -Exist
    }

    It 'does not replace a database without -Force' {
        { Restore-EmrDatabase -From recovery -Destination recover.db -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'RestoreTargetExists*'
    }

    It 'brings the old database back when the validation command throws' {
        $old = (Get-FileHash recover.db).Hash
        $restore = Restore-EmrDatabase -From recovery -Destination recover.db -Force -ValidateCommand { throw 'no' } -Confirm:$false `
            -ErrorVariable errors -ErrorAction SilentlyContinue
        $restore.Outcome | Should -Be Failed
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'ValidationFailed*'
        (Get-FileHash recover.db).Hash | Should -Be $old
    }

    It 'saves what can be read of a damaged database' {
        Copy-Item recover.db damaged.db
        $file = [IO.File]::OpenWrite((Join-Path $TestDrive damaged.db))
        $null = $file.Seek(8192, 'Begin')
        $file.Write([byte[]]::new(4096), 0, 4096)
        $file.Dispose()
        $saved = Restore-EmrDatabase damaged.db -Salvage -Destination saved.db -Confirm:$false
        $saved.Saved | Should -BeGreaterThan 100
        (Backup-EmrDatabase saved.db recovery).Verification.Outcome | Should -Be Passed
    }
}

Describe 'Resume-EmrRestore and Undo-EmrRestore' {
    It 'say that there is nothing to do' {
        { Resume-EmrRestore recover.db -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'RestoreNotFound*'
        { Undo-EmrRestore recover.db -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'RestoreNotFound*'
    }
}
