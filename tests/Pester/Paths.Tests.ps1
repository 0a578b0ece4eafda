param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force

    # Backs up one file and requires that the backup is good and names its source.
    function Assert-BackupOf {
        param([hashtable]$Source, [string]$Expected)
        $store = Join-Path $TestDrive "store $([guid]::NewGuid())"
        $backup = Backup-EmrDatabase @Source -Destination $store -ErrorAction Stop
        $backup.SourcePath | Should -Be $Expected
        Test-EmrBackup -LiteralPath $backup.Path -Quiet | Should -BeTrue
    }
}

Describe 'Names of databases' {
    It 'may be <_>' -ForEach @(
        'with spaces.db', "it's.db", 'a [b] c.db', 'größe-数据-😀.db', 'no extension', '.hidden', 'two.dots.db', '$dollar `tick.db', '#hash;semi&and.db'
    ) {
        $path = Join-Path $TestDrive $_
        $null = New-EmrSampleDatabase $path -Turns 5
        Assert-BackupOf @{ LiteralPath = $path } $path
    }

    It 'may be longer than 260 characters as paths' {
        $folder = $TestDrive
        while ("$folder".Length -lt 280) { $folder = Join-Path $folder ('long' * 12) }
        $null = New-Item $folder -ItemType Directory -Force
        $path = Join-Path $folder 'chat.db'
        $null = New-EmrSampleDatabase $path -Turns 5
        Assert-BackupOf @{ LiteralPath = $path } $path
    }
}

Describe 'Paths' {
    BeforeAll {
        $database = Join-Path $TestDrive 'chat.db'
        $null = New-EmrSampleDatabase $database -Turns 5
    }

    It 'may be relative to the location, which is not the folder of the process' {
        Push-Location $TestDrive
        try { Assert-BackupOf @{ Path = './chat.db' } $database } finally { Pop-Location }
    }

    It 'may be on a drive of PowerShell' {
        Assert-BackupOf @{ Path = 'TestDrive:/chat.db' } $database
    }

    It 'may have wildcards' {
        # Not 'chat.d*': that would match the -wal and -shm files beside the database as well.
        Assert-BackupOf @{ Path = Join-Path $TestDrive 'ch?t.[d]?' } $database
    }

    It 'may be of another case only where the file system ignores case' -Skip:(-not $IsLinux) {
        { Backup-EmrDatabase (Join-Path $TestDrive 'CHAT.db') (Join-Path $TestDrive 'case') } | Should -Throw -ErrorId 'SourceNotFound,*'
    }
}

Describe 'Windows' -Skip:(-not $IsWindows) {
    BeforeAll {
        $database = Join-Path $TestDrive 'windows.db'
        $null = New-EmrSampleDatabase $database -Turns 5
    }

    It 'takes slashes, other case and the \\?\ prefix' {
        Assert-BackupOf @{ LiteralPath = $database.Replace('\', '/') } $database
        { Assert-BackupOf @{ LiteralPath = $database.ToUpperInvariant() } $database.ToUpperInvariant() } | Should -Not -Throw
        { Assert-BackupOf @{ LiteralPath = "\\?\$database" } "\\?\$database" } | Should -Not -Throw
    }

    It 'takes a share, and warns of it' {
        $share = '\\localhost\' + $database.Replace(':', '$')
        if (-not (Test-Path -LiteralPath $share)) { Set-ItResult -Skipped -Because 'this account may not open the administrative share'; return }
        $backup = Backup-EmrDatabase -LiteralPath $share (Join-Path $TestDrive 'share') -WarningAction SilentlyContinue -WarningVariable warned
        $backup.Verification.Outcome | Should -Be 'Passed'
        $warned | Should -Match 'network share'
    }

    It 'holds no file open afterwards' {
        $store = Join-Path $TestDrive 'released'
        $backup = Backup-EmrDatabase $database $store
        $null = $backup | Test-EmrBackup -Level Restore
        { Rename-Item -LiteralPath $database 'moved.db' -ErrorAction Stop } | Should -Not -Throw
        { Remove-Item -LiteralPath $store -Recurse -ErrorAction Stop } | Should -Not -Throw
    }
}
