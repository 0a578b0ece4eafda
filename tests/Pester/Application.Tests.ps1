param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force
    $root = Join-Path $TestDrive 'emr [1]'
    $null = New-Item $root -ItemType Directory
    $null = New-EmrSampleDatabase (Join-Path $TestDrive 'app.db') -Turns 20
    Set-Content -LiteralPath (Join-Path $root '.env') 'SQLITE_PATH=../app.db', 'PORT=4100'
}

Describe 'Get-EmrApplication' {
    It 'pipes into a backup' {
        $backup = Get-EmrApplication -LiteralPath $root -WarningAction Ignore | Backup-EmrDatabase -Destination (Join-Path $TestDrive 'store')
        $backup.SourcePath | Should -Be (Join-Path $TestDrive 'app.db')
    }

    It 'takes folders from Get-ChildItem and shows a table' {
        $found = Get-ChildItem $TestDrive -Directory -Filter 'emr*' | Get-EmrApplication -WarningAction Ignore
        $found.HealthUrl | Should -Be 'http://localhost:4100/api/health'
        ($found | Out-String -Width 200) | Should -Match 'Root\s+Engine\s+Database\s+Control\s+Service\s+Health URL'
    }

    It 'takes script blocks as commands and keeps their text' {
        $null = Get-EmrApplication -LiteralPath $root -StopCommand { Stop-Service emr } -StartCommand { Start-Service emr } -Save
        (Get-EmrApplication -LiteralPath $root).StopCommand.Trim() | Should -Be 'Stop-Service emr'
    }
}
