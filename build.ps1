#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, tests, packs and shows EmrSim. build.sh does the same on machines without pwsh.
.EXAMPLE
./build.ps1 test
Builds and packs the module, then runs all tests.
.EXAMPLE
./build.ps1 demo
Backs up a database while another process writes to it, proves the backup, and shows how a damaged copy is refused.
.EXAMPLE
./build.ps1 bench backup
Measures backups beside the tools that people use today. Options follow after two dashes: ./build.ps1 bench -- backup -Rounds 3
.EXAMPLE
./build.ps1 shell -c 'Get-EmrBackup D:\Backups'
Runs a line of PowerShell with the built module imported; without -c it opens a session.
#>
[CmdletBinding()]
param(
    # What to do.
    [Parameter(Mandatory, Position = 0)]
    [ValidateSet('build', 'test', 'demo', 'bench', 'docs', 'pack', 'shell')]
    [string]$Task,

    # For shell: a script to run.
    [Alias('c')]
    [string]$Command,

    # For shell: a script file to run.
    [string]$File,

    # For test: tests the module and the packages that lie in artifacts/ already.
    [switch]$NoBuild,

    # For bench: benchmarks and options. For test: options of the xunit programs.
    [Parameter(ValueFromRemainingArguments)]
    [string[]]$Rest = @()
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$InformationPreference = 'Continue'
# Cultures are part of what is tested, so an image that switches them off is overruled.
$env:DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '0'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

$artifacts = Join-Path $PSScriptRoot 'artifacts'
$module = Join-Path $artifacts 'module' 'EmrSim' 'EmrSim.psd1'
$counts = @{ Passed = 0; Failed = 0; Skipped = 0 }

# Runs a program that has nothing to say unless it fails.
function Invoke-Quietly {
    param([string]$Program, [string[]]$Arguments)
    $said = & $Program @Arguments 2>&1 | ForEach-Object ToString
    if ($LASTEXITCODE -eq 0) { return }
    throw "$Program $($Arguments[0]) ended with exit code $LASTEXITCODE.`n$($said -join "`n")"
}

function Invoke-Compiler {
    param([string]$Project, [string[]]$Options = @())
    $path = Join-Path $PSScriptRoot $Project
    Invoke-Quietly -Program dotnet -Arguments (@('build', $path, '-c', 'Release', '-v:quiet', '-tl:off', '-clp:ErrorsOnly') + $Options)
}

function Assert-Sdk {
    if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) {
        throw 'Missing: the .NET SDK 10. Get it from https://dotnet.microsoft.com/download/dotnet/10.0'
    }
    Push-Location -LiteralPath $PSScriptRoot
    try { Invoke-Quietly -Program dotnet -Arguments '--version' } finally { Pop-Location }
}

# For the platforms that are in use; on others the runtime compiles everything itself.
function Invoke-Precompiler {
    $project = Join-Path $PSScriptRoot 'tools' 'Precompile'
    foreach ($platform in 'win-x64', 'linux-x64') {
        Invoke-Quietly -Program dotnet -Arguments 'publish', $project, '-r', $platform, '-v:quiet', '-tl:off', '-clp:ErrorsOnly'
    }
}

function Build-Module {
    Assert-Sdk
    Invoke-Compiler -Project src/EmrSim.PowerShell -Options '-t:AssembleModule'
    Invoke-Precompiler
    # Tests and benchmarks run it as a process of their own.
    Invoke-Compiler -Project tools/MiniHost
    Write-Information 'Built artifacts/module/EmrSim'
}

function Export-Package {
    Build-Module
    $project = Join-Path $PSScriptRoot 'tools' 'Package'
    Invoke-Quietly -Program dotnet -Arguments 'pack', $project, '-v:quiet', '-tl:off', '-clp:ErrorsOnly'
    Get-ChildItem -LiteralPath (Join-Path $artifacts 'package') | ForEach-Object { Write-Information "Packed artifacts/package/$($_.Name)" }
}

# The path of a program that was built.
function Get-Program {
    param([string]$Project, [string]$Name)
    Join-Path $artifacts 'bin' $Project 'release' $(if ($IsWindows) { "$Name.exe" } else { $Name })
}

# Runs one suite, whose last count is "Total: n, Errors: n, Failed: n, Skipped: n", and adds that up.
# A suite that ends badly without a failure to show for it counts as one failure: nothing that broke is counted as passed.
function Invoke-Suite {
    param([string]$Name, [string]$Program, [string[]]$Arguments)
    Write-Information "== tests/$Name"
    $pattern = 'Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+)'
    $count = & $Program @Arguments 2>&1 | ForEach-Object {
        Write-Information "$_"
        if ("$_" -match $pattern) { $Matches }
    } | Select-Object -Last 1
    $status = $LASTEXITCODE
    if (-not $count) {
        Write-Information "tests/$Name ended with exit code $status before it had counted its tests"
        $counts.Failed++
        return
    }
    $total, $errors, $failed, $skipped = 1..4 | ForEach-Object { [int]$count[$_] }
    $counts.Passed += $total - $failed - $skipped
    $counts.Failed += $failed + $errors
    $counts.Skipped += $skipped
    if ($status -ne 0 -and $failed + $errors -eq 0) {
        Write-Information "tests/$Name ended with exit code $status, though no test failed"
        $counts.Failed++
    } elseif ($total -eq 0) {
        Write-Information "tests/$Name has run no test"
    }
}

# What tests need of others on Linux: build.sh knows it, installs it where it may, and says what is missing. Elsewhere such tests are skipped.
function Install-TestTool {
    if (-not $IsLinux) { return }
    if (Get-Command bash -CommandType Application -ErrorAction Ignore) {
        bash (Join-Path $PSScriptRoot 'build.sh') tools 2>&1 | ForEach-Object { Write-Information "$_" }
    } else {
        Write-Information 'Missing: bash. Without it build.sh tools cannot say which programs tests need, and their tests are skipped.'
    }
}

function Invoke-Test {
    param([string[]]$Options, [switch]$NoBuild)
    try {
        Install-TestTool
        if ($NoBuild) { Invoke-Compiler -Project tools/MiniHost } else { Export-Package }
        foreach ($project in 'Unit', 'Module') {
            Invoke-Compiler -Project "tests/$project"
            $program = Get-Program -Project "EmrSim.Tests.$project" -Name "EmrSim.Tests.$project"
            Invoke-Suite -Name $project -Program $program -Arguments (@('-noLogo', '-noColor') + $Options)
        }
        if (Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 }) {
            $script = Join-Path $PSScriptRoot 'tests' 'Pester' 'Invoke-Tests.ps1'
            Invoke-Suite -Name Pester -Program pwsh -Arguments '-NoProfile', '-NonInteractive', '-File', $script, '-Module', $module
        } else {
            Write-Information 'tests/Pester was not run: there is no Pester 5 here; install it with Install-PSResource Pester.'
        }
    } catch {
        Write-Information "$_"
        $counts.Failed++
    }
    Write-Output "$($counts.Passed) passed, $($counts.Failed) failed, $($counts.Skipped) skipped"
}

# A process of its own: a session that holds the module holds its files too, and on Windows the next build could not replace them.
function Open-Shell {
    param([string]$Command, [string]$File)
    $shell = Join-Path $PSScriptRoot 'tools' 'Shell.ps1'
    if ($Command) { pwsh -NoProfile -NonInteractive -File $shell -Module $module -Command $Command }
    elseif ($File) { pwsh -NoProfile -NonInteractive -File $shell -Module $module -File $File }
    else { pwsh -NoProfile -NoExit -Command "Import-Module '$($module.Replace("'", "''"))'" }
}

$status = 0
try {
    switch ($Task) {
        'build' { Build-Module }
        'pack' { Export-Package }
        'docs' {
            Assert-Sdk
            Invoke-Compiler -Project src/EmrSim.PowerShell -Options '-t:UpdatePages'
            Invoke-Precompiler
            Write-Information 'Updated docs/cmdlets'
        }
        'test' {
            Invoke-Test -Options $Rest -NoBuild:$NoBuild
            $status = [int]($counts.Failed -gt 0)
        }
        'demo' {
            Build-Module
            Invoke-Compiler -Project tools/DemoWriter
            Open-Shell -File (Join-Path $PSScriptRoot 'tools' 'Demo' 'Demo.ps1')
            $status = $LASTEXITCODE
        }
        'bench' {
            Build-Module
            Invoke-Compiler -Project benchmarks
            # PowerShell itself comes compiled ahead of time; its engine from NuGet does not, and would be compiled in every figure.
            $engine = Join-Path $PSScriptRoot 'tools' 'MiniHost'
            $published = Join-Path $artifacts 'bin' 'EmrSim.MiniHost' 'published'
            Invoke-Quietly -Program dotnet -Arguments 'publish', $engine, '--use-current-runtime', '--self-contained', 'false', '-p:PublishReadyToRun=true', '-o', $published, '-v:quiet', '-tl:off', '-clp:ErrorsOnly'
            dotnet run --project (Join-Path $PSScriptRoot 'benchmarks') -c Release --no-build -- @Rest
            $status = $LASTEXITCODE
        }
        'shell' {
            if (-not (Test-Path -LiteralPath $module)) { Build-Module }
            Open-Shell -Command $Command -File $File
            $status = $LASTEXITCODE
        }
    }
} catch {
    [Console]::Error.WriteLine("$_")
    $status = 1
}
exit $status
