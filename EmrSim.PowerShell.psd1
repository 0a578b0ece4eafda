# EmrSim.psd1 nests this manifest. Its root module comes from the private load context and is no file beside it, which
# Test-ModuleManifest and Publish-PSResource would refuse in the outer manifest; into this one they do not look.
@{
    RootModule           = 'EmrSim.PowerShell.dll'
    NestedModules        = @('EmrSim.dll')
    ModuleVersion        = '0.0'
    GUID                 = '03fc4654-2d90-4e2d-9335-5931f0fa718e'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = '*'
}
