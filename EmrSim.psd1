@{
    NestedModules        = @('EmrSim.PowerShell.psd1')
    ModuleVersion        = '0.1.0'
    GUID                 = '6f2d0a5e-3c1b-4a8e-9a57-3d1f0f6a7c42'
    Author               = 'EmrSim contributors'
    CompanyName          = 'EmrSim'
    Copyright            = '(c) EmrSim contributors. MIT licence.'
    Description          = 'Backs up a live SQLite database and proves that the backup restores. Windows PowerShell 5.1 is not supported.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('EmrSim.Format.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Backup-EmrDatabase'
        'Compare-EmrDatabase'
        'Export-EmrReport'
        'Export-EmrRunbook'
        'Get-EmrApplication'
        'Get-EmrBackup'
        'Get-EmrBackupSchedule'
        'Get-EmrBackupStatus'
        'Get-EmrHistory'
        'Get-EmrRetentionPlan'
        'Invoke-EmrMigration'
        'Invoke-EmrRetention'
        'New-EmrBackupKey'
        'New-EmrMigrationPlan'
        'New-EmrSampleDatabase'
        'Register-EmrBackupSchedule'
        'Remove-EmrBackup'
        'Repair-EmrBackup'
        'Restore-EmrDatabase'
        'Resume-EmrRestore'
        'Set-EmrBackup'
        'Test-EmrBackup'
        'Test-EmrBackupSchedule'
        'Undo-EmrRestore'
        'Unregister-EmrBackupSchedule'
    )
    PrivateData          = @{
        PSData = @{
            Tags         = @('SQLite', 'PostgreSQL', 'Backup', 'Restore', 'Verification', 'Database', 'Windows', 'Linux', 'MacOS', 'PSEdition_Core')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md in the package.'
        }
    }
}
