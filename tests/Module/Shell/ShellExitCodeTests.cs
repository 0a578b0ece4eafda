using System.Diagnostics;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Shell;

/// <summary>What <c>shell -c</c> tells its caller, in the mini host.</summary>
public sealed class ShellExitCodeTests
{
    [Theory]
    [InlineData("'fine'")]
    [InlineData("")]
    [InlineData("Get-EmrBackup ./no-such-folder -ErrorAction SilentlyContinue")]
    [InlineData("try { Get-EmrBackup ./no-such-folder -ErrorAction Stop } catch { 'handled' }")]
    public void Without_an_error_it_is_0(string script) => Assert.Equal(0, Run(script).ExitCode);

    [Theory]
    [InlineData("Get-EmrBackup ./no-such-folder")]
    [InlineData("Get-EmrBackup ./no-such-folder; 'and something good after it'")]
    [InlineData("Get-EmrBackup ./no-such-folder -ErrorAction Stop")]
    [InlineData("Get-EmrBackup ./no-such-folder 2>&1")]
    [InlineData("No-SuchCommand")]
    [InlineData("throw 'broken'")]
    [InlineData("$null.Method()")]
    [InlineData("if (")]
    [InlineData("$host.UI.WriteErrorLine('said, not thrown')")]
    public void After_any_error_it_is_1(string script) => Assert.Equal(1, Run(script).ExitCode);

    [Fact]
    public void A_script_that_exits_gives_its_own() => Assert.Equal(42, Run("exit 42; 'never'").ExitCode);

    [Fact]
    public void A_module_that_does_not_import_is_an_error_and_nothing_runs()
    {
        ShellResult result = ShellProcess.RunWith(["-Module", "./no-such-module.psd1", "-c", "'ran'"]);

        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("ran", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-c")]
    [InlineData("-c", "1", "-File", "x.ps1")]
    [InlineData("-Unknown", "1")]
    public void Words_that_make_no_sense_give_2_and_the_usage(params string[] arguments)
    {
        ShellResult result = ShellProcess.RunWith(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("usage:", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_stops_the_pipeline_lets_it_clean_up_and_gives_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends Ctrl+C to all processes of a console, this one included.");
        using Process shell = ShellProcess.Start(
            ["-c", "try { 'started' | Out-Host; while ($true) { [Threading.Thread]::Sleep(20) } } finally { 'cleaned up' | Out-Host }"]);
        Assert.Equal("started", shell.StandardOutput.ReadLine());
        if (IgnoresInterrupts(shell))
        {
            shell.Kill();
            Assert.Skip("Whoever started the tests lets them ignore Ctrl+C, as nohup and & do, and their children with them.");
        }

        using (var kill = Process.Start("kill", ["-INT", shell.Id.ToString()])) kill.WaitForExit();
        ShellResult result = ShellProcess.ReadToEnd(shell);

        Assert.Equal(["cleaned up"], result.Lines);
        Assert.Equal("Stopped.", result.Errors.Trim());
        Assert.Equal(1, result.ExitCode);
    }

    private static bool IgnoresInterrupts(Process process)
    {
        const long Interrupt = 1 << 1;
        string status = $"/proc/{process.Id}/status";
        return File.Exists(status) && (Convert.ToInt64(File.ReadLines(status).First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)).Split('\t')[1], 16) & Interrupt) != 0;
    }

    private static ShellResult Run(string script) => ShellProcess.RunWith(["-Module", ModuleSession.ManifestPath, "-c", script]);
}
