<#
.SYNOPSIS
Runs a line or a file of PowerShell with the built module imported, as the mini host does on machines without pwsh.
.DESCRIPTION
The exit code is 1 when an error was shown, be it terminating, non-terminating or in the parsing, else 0.
#>
[CmdletBinding(DefaultParameterSetName = 'Command')]
param(
    [Parameter(Mandatory)]
    [string]$Module,

    [Parameter(Mandatory, ParameterSetName = 'Command')]
    [string]$Command,

    [Parameter(Mandatory, ParameterSetName = 'File')]
    [string]$File
)

$seen = @{ Error = $false }
try {
    Import-Module -Name $Module -ErrorAction Stop
    $script = if ($File) { $ExecutionContext.InvokeCommand.GetCommand($File, 'ExternalScript') } else { [scriptblock]::Create($Command) }
    if (-not $script) { throw "There is no script '$File'." }
    # Merged, the errors pass by here in their order and are still shown as errors.
    & $script 2>&1 | ForEach-Object {
        if ($_ -is [System.Management.Automation.ErrorRecord]) { $seen.Error = $true }
        $_
    } | Out-Default
} catch {
    $seen.Error = $true
    $record = $_
    if ($_.Exception.InnerException -is [System.Management.Automation.ParseException]) { $record = $_.Exception.InnerException.ErrorRecord }
    $PSCmdlet.WriteError($record)
}

if ($seen.Error) { exit 1 }
