# Blocks of Pester set variables for the tests in them.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '')]
param([Parameter(Mandatory)][string]$Module)

BeforeDiscovery {
    $cases = @(
        @{ Id = 'SourceNotFound'; Script = { Backup-EmrDatabase "$TestDrive/none.db" "$TestDrive/s" } }
        @{ Id = 'SourceNotAFile'; Script = { Backup-EmrDatabase "$TestDrive/folder" "$TestDrive/s" } }
        @{ Id = 'SourceEmpty'; Script = { Backup-EmrDatabase "$TestDrive/empty.db" "$TestDrive/s" } }
        @{ Id = 'NotADatabase'; Script = { Backup-EmrDatabase "$TestDrive/text.db" "$TestDrive/s" } }
        @{ Id = 'InvalidSetName'; Script = { Backup-EmrDatabase "$TestDrive/chat.db" "$TestDrive/s" -Name 'a/b' } }
        @{ Id = 'InvalidArgument'; Script = { Backup-EmrDatabase "$TestDrive/chat.db" "$TestDrive/s" -Compression Gzip -CompressionLevel 20 } }
        @{ Id = 'InvalidArgument'; Script = { Backup-EmrDatabase 'Env:PATH' "$TestDrive/s" } }
        @{ Id = 'DestinationNotFound'; Script = { Get-EmrBackup "$TestDrive/none" } }
        @{ Id = 'BackupNotFound'; Script = { Test-EmrBackup "$TestDrive/none.sqlite.zst" } }
        @{ Id = 'TargetExists'; Script = { New-EmrSampleDatabase "$TestDrive/chat.db" -Turns 1 } }
    )
}

BeforeAll {
    Import-Module $Module -Force
    $null = New-Item "$TestDrive/folder" -ItemType Directory
    $null = New-Item "$TestDrive/empty.db" -ItemType File
    Set-Content "$TestDrive/text.db" ('This is not a database. ' * 50)
    $null = New-EmrSampleDatabase "$TestDrive/chat.db" -Turns 10
}

Describe 'Errors' {
    It 'have the id <Id>, a category and advice: <Script>' -ForEach $cases {
        $ErrorActionPreference = 'Stop'
        $failure = try { & $Script } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,EmrSim.PowerShell.Commands.*"
        $failure.CategoryInfo.Category | Should -Not -Be 'NotSpecified'
        $failure.ErrorDetails.Message | Should -Not -BeNullOrEmpty
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'leave no destination behind when the source is missing' {
        { Backup-EmrDatabase "$TestDrive/none.db" "$TestDrive/never" } | Should -Throw -ErrorId 'SourceNotFound,*'
        "$TestDrive/never" | Should -Not -Exist
    }
}
