# Blocks of Pester set variables for the tests in them.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '')]
param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force
    $database = Join-Path $TestDrive 'chat.db'
    $null = New-EmrSampleDatabase $database -Turns 500

    # A copy of a backup with its manifest, in which one byte is flipped.
    function Copy-Damaged {
        param([EmrSim.EmrBackup]$Backup, [string]$Folder)
        $null = New-Item $Folder -ItemType Directory
        Copy-Item -LiteralPath $Backup.Path, $Backup.ManifestPath $Folder
        $copy = Join-Path $Folder (Split-Path $Backup.Path -Leaf)
        $bytes = [IO.File]::ReadAllBytes($copy)
        $middle = [int]($bytes.Length / 2)
        $bytes[$middle] = $bytes[$middle] -bxor 255
        [IO.File]::WriteAllBytes($copy, $bytes)
        $copy
    }
}

Describe 'A sample database' {
    It 'is a file as Get-Item gives it, size and mode included' {
        $path = Join-Path $TestDrive 'sample [1].db'
        $file = New-EmrSampleDatabase $path -Turns 10
        $file | Should -BeOfType System.IO.FileInfo
        $file | Out-String | Should -Be (Get-Item -LiteralPath $path | Out-String)
        ($file | Backup-EmrDatabase -Destination (Join-Path $TestDrive 'sample')).SourcePath | Should -Be $path
    }
}

Describe 'A backup from its making to its removal' {
    BeforeAll {
        $store = Join-Path $TestDrive 'round trip'
        $backup = Backup-EmrDatabase $database $store
    }

    It 'is an EmrBackup that says what it holds' {
        $backup | Should -BeOfType EmrSim.EmrBackup
        $backup.Name | Should -Be 'chat'
        $backup.SourcePath | Should -Be $database
        $backup.Tables['turns'] | Should -Be 500
        $backup.Verification.Outcome | Should -Be 'Passed'
        $backup.CreatedUtc.Offset | Should -Be ([timespan]::Zero)
    }

    It 'lies in the store as a file with its manifest, beside the history and nothing else' {
        (Get-ChildItem $store -File | Where-Object Name -NotLike '*.lock').FullName | Sort-Object |
            Should -Be ($backup.Path, $backup.ManifestPath, (Join-Path $store 'history.jsonl') | Sort-Object)
    }

    It 'is listed by Get-EmrBackup' {
        $listed = Get-EmrBackup $store
        $listed.Id | Should -Be $backup.Id
        $listed.Sha256 | Should -Be $backup.Sha256
    }

    It 'passes its test at level <_>' -ForEach 'Checksum', 'Integrity', 'Restore' {
        $test = $backup | Test-EmrBackup -Level $_
        $test | Should -BeOfType EmrSim.EmrBackupTest
        $test.Outcome | Should -Be 'Passed'
        $test.Checks.Outcome | Sort-Object -Unique | Should -Be 'Passed'
    }

    It 'is shown in a table that fits 80 columns' {
        $lines = ($backup | Out-String -Width 80) -split '\r?\n'
        $lines -match 'chat' | Should -Match 'Passed \(Integrity\)'
        $lines -match '…' | Should -BeNullOrEmpty
    }

    It 'is shown with its outcome whatever the length of its name' {
        $long = Join-Path $TestDrive "$('customer-database-' * 5)end.db"
        Copy-Item -LiteralPath $database -Destination $long
        $other = Join-Path $TestDrive 'long names'
        # What a table may take is the width of the screen; a host without one counts as 80 columns.
        $width = $Host.UI.RawUI.BufferSize.Width
        if ($width -lt 1) { $width = 80 }
        $tables = @(
            Backup-EmrDatabase $long $other | Out-String -Width $width
            Get-EmrBackup $other | Test-EmrBackup | Format-Table | Out-String -Width $width
            Get-EmrBackupStatus $other | Format-Table | Out-String -Width $width
            Get-EmrHistory $other -Kind Backup | Format-Table | Out-String -Width $width
        )
        $tables | Should -HaveCount 4
        $tables | Should -Match 'cust.*….*end.* Passed'
        (Get-EmrRetentionPlan $other | Format-Table | Out-String -Width $width) | Should -Match 'cust.*….*end.* Keep .*newest'
    }

    It 'is kept by Remove-EmrBackup -WhatIf' {
        $backup | Remove-EmrBackup -Force -WhatIf
        $backup.Path | Should -Exist
        $backup.ManifestPath | Should -Exist
    }

    It 'is not removed without -Force while it is the newest that is good' {
        $backup | Remove-EmrBackup -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused.FullyQualifiedErrorId | Should -BeLike 'LastGoodBackup,*'
        $backup.Path | Should -Exist
    }

    It 'is removed with -Force, both files together' {
        $backup | Remove-EmrBackup -Force -Confirm:$false
        $backup.Path | Should -Not -Exist
        $backup.ManifestPath | Should -Not -Exist
        Get-EmrBackup $store | Should -BeNullOrEmpty
    }
}

Describe 'Compression <_>' -ForEach 'Zstd', 'Gzip', 'None' {
    It 'gives a backup that restores' {
        $backup = Backup-EmrDatabase $database (Join-Path $TestDrive "compression $_") -Compression $_
        $backup.Compression | Should -Be $_
        ($backup | Test-EmrBackup -Level Restore).Outcome | Should -Be 'Passed'
    }
}

Describe 'The pipeline' {
    BeforeAll {
        $store = Join-Path $TestDrive 'pipeline'
        $folder = New-Item (Join-Path $TestDrive 'databases') -ItemType Directory
        'one', 'two', 'three' | ForEach-Object { $null = New-EmrSampleDatabase (Join-Path $folder "$_.db") -Turns 10 }
    }

    It 'carries files into Backup-EmrDatabase and backups into Test-EmrBackup' {
        $tests = Get-ChildItem $folder -Filter '*.db' | Backup-EmrDatabase -Destination $store | Test-EmrBackup
        $tests.Count | Should -Be 3
        $tests.Outcome | Sort-Object -Unique | Should -Be 'Passed'
    }

    It 'goes on after a file that is no database' {
        Set-Content (Join-Path $folder 'notes.db') ('no database ' * 100)
        $made = Get-ChildItem $folder -Filter '*.db' |
            Backup-EmrDatabase -Destination (Join-Path $TestDrive 'goes on') -ErrorAction SilentlyContinue -ErrorVariable failures
        $made.Count | Should -Be 3
        $failures.FullyQualifiedErrorId | Should -BeLike 'NotADatabase,*'
    }

    It 'ends early with Select-Object -First and leaves whole backups only' {
        $early = Join-Path $TestDrive 'early'
        $first = Get-ChildItem $folder -Include 'one.db', 'two.db' -Recurse | Backup-EmrDatabase -Destination $early | Select-Object -First 1
        $first.Verification.Outcome | Should -Be 'Passed'
        Get-ChildItem $early -Filter '*.partial*' | Should -BeNullOrEmpty
        Get-EmrBackup $early | Test-EmrBackup -Quiet | Should -Not -Contain $false
    }

    It 'reads as a sentence' {
        Get-EmrBackup $store -Latest | Test-EmrBackup -Level Restore | Where-Object Outcome -EQ Passed | Should -HaveCount 3
    }
}

Describe '-WhatIf' {
    It 'makes nothing, not even the destination' {
        $store = Join-Path $TestDrive 'what if'
        Backup-EmrDatabase $database $store -WhatIf | Should -BeNullOrEmpty
        $store | Should -Not -Exist
    }
}

Describe 'A damaged backup' {
    BeforeAll {
        $backup = Backup-EmrDatabase $database (Join-Path $TestDrive 'sound')
        $damaged = Copy-Damaged $backup (Join-Path $TestDrive 'damaged')
    }

    It 'fails its test and writes an error' {
        $test = Test-EmrBackup $damaged -ErrorAction SilentlyContinue -ErrorVariable refusal
        $test.Outcome | Should -Be 'Failed'
        $refusal | Should -HaveCount 1
        $refusal.FullyQualifiedErrorId | Should -BeLike 'BackupChecksumMismatch,*'
        $refusal.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'gives False with -Quiet' {
        Test-EmrBackup $damaged -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'sets $? and stops a script with -ErrorAction Stop' {
        $null = Test-EmrBackup $damaged -ErrorAction SilentlyContinue
        $? | Should -BeFalse
        { Test-EmrBackup $damaged -ErrorAction Stop } | Should -Throw -ErrorId 'BackupChecksumMismatch,*'
    }
}
