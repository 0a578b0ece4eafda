# Blocks of Pester set variables for the tests in them.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '')]
param([Parameter(Mandatory)][string]$Module)

BeforeDiscovery {
    Import-Module $Module -Force
    $commands = Get-Command -Module EmrSim | ForEach-Object { @{ Name = $_.Name } }
    $changing = Get-Command -Module EmrSim | Where-Object Verb -In 'Backup', 'Remove', 'Set', 'Invoke' | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    Import-Module $Module -Force
    $data = Import-PowerShellDataFile $Module
}

Describe 'The module' {
    It 'has a manifest that PowerShell accepts' {
        $info = Test-ModuleManifest $Module -ErrorAction Stop
        $info.Version | Should -Be $data.ModuleVersion
        $info.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'exports the cmdlets of its manifest and nothing else' {
        $exported = Get-Command -Module EmrSim
        $exported.CommandType | Sort-Object -Unique | Should -Be 'Cmdlet'
        $exported.Name | Sort-Object | Should -Be ($data.CmdletsToExport | Sort-Object)
    }

    It 'imports again with -Force, twice, and still works' {
        Import-Module $Module -Force -ErrorAction Stop
        Import-Module $Module -Force -ErrorAction Stop
        (Get-Module EmrSim).Count | Should -Be 1
        { Get-EmrBackup $TestDrive -ErrorAction Stop } | Should -Not -Throw
    }

    It 'can be removed and imported again' {
        Remove-Module EmrSim
        Get-Command Get-EmrBackup -ErrorAction Ignore | Should -BeNullOrEmpty
        Import-Module $Module -ErrorAction Stop
        { Get-EmrBackup $TestDrive -ErrorAction Stop } | Should -Not -Throw
    }

    It 'keeps its packages in a load context of its own' {
        Get-EmrBackup $TestDrive
        $default = [Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | ForEach-Object { $_.GetName().Name }
        $default | Should -Contain 'EmrSim'
        $default | Should -Not -Contain 'EmrSim.Core'
        $default | Should -Not -Contain 'Microsoft.Data.Sqlite'
    }

    It 'ships no part of PowerShell' {
        $shipped = Get-ChildItem (Split-Path $Module) -Recurse -Filter '*.dll'
        $shipped.Name | Should -Not -Contain 'System.Management.Automation.dll'
    }
}

Describe 'Help of <Name>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help $Name -Full
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        $own = (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common }
    }

    It 'has a synopsis of its own' {
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match "^\s*$Name\s"
    }

    It 'describes every parameter' {
        foreach ($parameter in $own) {
            $described = $help.parameters.parameter | Where-Object Name -EQ $parameter
            $described.description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }

    It 'has at least two examples' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
    }
}

Describe 'Changes by <Name>' -ForEach $changing {
    It 'can be tried with -WhatIf and asked for with -Confirm' {
        $parameters = (Get-Command $Name).Parameters.Keys
        $parameters | Should -Contain 'WhatIf'
        $parameters | Should -Contain 'Confirm'
    }
}
