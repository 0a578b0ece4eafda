using EmrSim.Tests.Support;

namespace EmrSim.Tests;

public sealed class ImportTests
{
    [Fact]
    public void The_built_module_imports_and_exports_its_cmdlets()
    {
        using var session = new ModuleSession();

        SessionResult result = session.Run("(Get-Command -Module EmrSim | ForEach-Object Name) -join ' '").ThrowOnError();

        Assert.Contains("Backup-EmrDatabase", result.Output[0].ToString(), StringComparison.Ordinal);
    }
}
