param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force
    $store = Join-Path $TestDrive 'store'
    foreach ($name in 'chat', 'chat archive') {
        $database = Join-Path $TestDrive "$name.db"
        $null = New-EmrSampleDatabase $database -Turns 10
        $null = Backup-EmrDatabase $database $store
    }

    # What a person gets who presses Tab at the end of a line.
    function Get-Completion {
        param([string]$Line)
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
    }
}

Describe 'Tab' {
    It 'completes -Name with the sets of the destination, quoted where needed' {
        Get-Completion "Get-EmrBackup '$store' -Name " | Should -Be 'chat', "'chat archive'"
        Get-Completion "Get-EmrBackup -Destination '$store' -Name 'chat a" | Should -Be "'chat archive'"
    }

    It 'completes -Name of a destination that is relative to the location' {
        Push-Location $TestDrive
        try { Get-Completion 'Get-EmrBackup ./store -Name ch' | Should -Contain 'chat' } finally { Pop-Location }
    }

    It 'says nothing and does not fail where there is no such destination' {
        $matched = Get-Completion "Get-EmrBackup '$TestDrive/none' -Name ch"
        $matched | Should -Not -Contain 'chat'
    }

    It 'completes <Parameter> with its values' -ForEach @(
        @{ Parameter = '-Compression'; Values = 'Gzip', 'None', 'Zstd' }
        @{ Parameter = '-VerificationLevel'; Values = 'Checksum', 'Integrity', 'Restore' }
    ) {
        Get-Completion "Backup-EmrDatabase x y $Parameter " | Sort-Object | Should -Be $Values
    }

    It 'completes -Service with what runs in the root, and does not fail where nothing does' {
        $null = New-Item (Join-Path $TestDrive 'emr') -ItemType Directory -Force
        { Get-Completion "Get-EmrApplication '$TestDrive/emr' -Service " } | Should -Not -Throw
        { Get-Completion "Get-EmrApplication '$TestDrive/none' -Service " } | Should -Not -Throw
    }
}
