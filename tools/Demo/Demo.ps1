<#
.SYNOPSIS
Shows EmrSim at work: a database is backed up while another process writes to it, the backup is proved, a damaged copy is refused.
.DESCRIPTION
Runs in pwsh and in the mini host, which has PowerShell's core commands only, so files and processes are reached through .NET.
Ends with an error unless everything happened as it should, the refusal included.
#>
[CmdletBinding()]
param(
    # How many turns the sample database has.
    [long]$Turns = 100000,

    # As what the writer was built.
    [string]$Configuration = 'release'
)

$ErrorActionPreference = 'Stop'

function Show-Step([string]$Text) { "$($PSStyle.Foreground.BrightCyan)$Text$($PSStyle.Reset)" | Out-Host }
function Show-Fact([string]$Text) { "   $Text" | Out-Host }
function Show-Table([object[]]$Rows) { $Rows | Out-Host }
function Format-Count([long]$Value) { $Value.ToString('#,0', [cultureinfo]::InvariantCulture).Replace(',', ' ') }
function Assert-True([bool]$Condition, [string]$Text) { if (-not $Condition) { throw "The demo failed: $Text" } }

function Open-Writer([string]$Database) {
    $name = if ([OperatingSystem]::IsWindows()) { 'emrsim-demo-writer.exe' } else { 'emrsim-demo-writer' }
    $program = [IO.Path]::GetFullPath("$PSScriptRoot/../../artifacts/bin/EmrSim.DemoWriter/$Configuration/$name")
    $start = [Diagnostics.ProcessStartInfo]::new($program)
    $start.ArgumentList.Add($Database)
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    [Diagnostics.Process]::Start($start)
}

# The rows that the writer has committed, and its longest commit since it was last asked.
function Read-Writer([Diagnostics.Process]$Writer) {
    $Writer.StandardInput.WriteLine()
    $Writer.StandardInput.Flush()
    $answer = $Writer.StandardOutput.ReadLine()
    Assert-True ($null -ne $answer) 'the writer ended before its time.'
    $rows, $longest = $answer.Split(' ')
    [pscustomobject]@{ Rows = [long]$rows; LongestMs = [int]$longest }
}

function Wait-Writer([Diagnostics.Process]$Writer, [long]$Rows) {
    do {
        [Threading.Thread]::Sleep(50)
        $state = Read-Writer $Writer
    } until ($state.Rows -ge $Rows)
    $state
}

# A copy of a backup in which one byte is flipped.
function Copy-Damaged([EmrSim.EmrBackup]$Backup, [string]$Folder) {
    $null = [IO.Directory]::CreateDirectory($Folder)
    $copy = [IO.Path]::Combine($Folder, [IO.Path]::GetFileName($Backup.Path))
    [IO.File]::Copy($Backup.ManifestPath, [IO.Path]::Combine($Folder, [IO.Path]::GetFileName($Backup.ManifestPath)))
    $bytes = [IO.File]::ReadAllBytes($Backup.Path)
    $bytes[$bytes.Length / 2] = $bytes[$bytes.Length / 2] -bxor 255
    [IO.File]::WriteAllBytes($copy, $bytes)
    $copy
}

$folder = [IO.Directory]::CreateTempSubdirectory('emrsim-demo-').FullName
$writer = $null
try {
    $database = [IO.Path]::Combine($folder, 'chat.db')
    $store = [IO.Path]::Combine($folder, 'backups')

    Show-Step "1. A chat application's database with $(Format-Count $Turns) turns, and a first backup of it"
    $null = New-EmrSampleDatabase $database -Turns $Turns
    Show-Table (Backup-EmrDatabase $database $store)

    Show-Step '2. Backup-EmrDatabase while another process commits a row every millisecond'
    $writer = Open-Writer $database
    $before = Wait-Writer $writer 200
    $backup = Backup-EmrDatabase $database $store -NoRotation
    $after = Read-Writer $writer
    Show-Table $backup
    $added = $backup.Tables['turns'] - $Turns
    Show-Fact "rows committed by the writer   when the backup began  $(Format-Count $before.Rows)"
    Show-Fact "                               in the snapshot        $(Format-Count $added)"
    Show-Fact "                               when the backup ended  $(Format-Count $after.Rows)"
    Show-Fact "the writer's longest commit meanwhile                 $($after.LongestMs) ms"
    Assert-True ($added -ge $before.Rows -and $added -le $after.Rows) 'the snapshot is not of the time of the backup.'
    Assert-True ($after.Rows -gt $before.Rows) 'the writer stood still during the backup.'
    '' | Out-Host

    Show-Step '3. Test-EmrBackup -Level Restore: the backup is unpacked and proved good'
    $test = $backup | Test-EmrBackup -Level Restore
    Show-Table $test.Checks
    Assert-True ($test.Outcome -eq 'Passed') 'the backup did not pass its test.'

    Show-Step '4. Test-EmrBackup on a copy of it with one flipped byte: refused'
    $damaged = Copy-Damaged $backup ([IO.Path]::Combine($folder, 'damaged'))
    $test = Test-EmrBackup $damaged -Level Restore -ErrorAction SilentlyContinue -ErrorVariable refusal
    Assert-True ($test.Outcome -eq 'Failed' -and $refusal.Count -eq 1) 'the damaged copy was not refused.'
    Assert-True ($refusal[0].FullyQualifiedErrorId -like 'BackupChecksumMismatch,*') "the refusal was $($refusal[0].FullyQualifiedErrorId)."
    "$($PSStyle.Formatting.Error)Test-EmrBackup: $($refusal[0].ErrorDetails.Message)$($PSStyle.Reset)" | Out-Host
    Show-Fact "Recommendation: $($refusal[0].ErrorDetails.RecommendedAction)"
    Show-Fact 'Id: BackupChecksumMismatch'
    '' | Out-Host

    Show-Step '5. Get-EmrBackup: the backups there are'
    Show-Table (Get-EmrBackup $store)
} finally {
    if ($writer) {
        $writer.StandardInput.Close()
        $writer.WaitForExit()
        $writer.Dispose()
    }
    [IO.Directory]::Delete($folder, $true)
}
