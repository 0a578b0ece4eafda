<#
.SYNOPSIS
Runs the Pester tests on a module that is built or installed. The last line counts them; the exit code is 1 unless all is well.
.EXAMPLE
./Invoke-Tests.ps1 -Module ~/Documents/PowerShell/Modules/EmrSim/0.1.0/EmrSim.psd1
#>
[CmdletBinding()]
param(
    # The manifest of the module to test.
    [string]$Module = (Join-Path $PSScriptRoot '..' '..' 'artifacts' 'module' 'EmrSim' 'EmrSim.psd1')
)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
$manifest = (Resolve-Path -LiteralPath $Module).ProviderPath

$configuration = New-PesterConfiguration
$configuration.Run.Container = @(
    Get-ChildItem -LiteralPath $PSScriptRoot -Filter '*.Tests.ps1' | Sort-Object Name |
        ForEach-Object { New-PesterContainer -Path $_.FullName -Data @{ Module = $manifest } }
)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
if ([Console]::IsOutputRedirected) { $configuration.Output.RenderMode = 'Plaintext' }
$result = Invoke-Pester -Configuration $configuration

# Whatever was neither passed nor skipped counts as failed.
$run = $result.TotalCount - $result.NotRunCount
$failed = $run - $result.PassedCount - $result.SkippedCount
$errors = $result.FailedContainersCount + $result.FailedBlocksCount
Write-Output "EmrSim.Tests.Pester  Total: $run, Errors: $errors, Failed: $failed, Skipped: $($result.SkippedCount)"
exit [int]($run -eq 0 -or $failed + $errors -gt 0)
