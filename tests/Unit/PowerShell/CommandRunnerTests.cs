using System.Management.Automation;
using EmrSim.Tests.PowerShell.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.PowerShell;

/// <summary>Commands of the user, run in a real session by an engine call on a worker.</summary>
public sealed class CommandRunnerTests : IDisposable
{
    private readonly CmdletSession _session = new();
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("1 + 1; 'two words'", "good: 2|two words")]
    [InlineData("$true", "good: True")]
    [InlineData("$null", "good: ")]
    [InlineData("'fine'; $false", "said false")]
    [InlineData("throw 'the pump is broken'", "the pump is broken")]
    [InlineData("'Foreseen' | Test-Fault; 'never seen'", "The disk is full.")]
    [InlineData("'Foreseen' | Test-Fault -ErrorAction Continue; 'seen'", "The disk is full.")]
    [InlineData("'Foreseen' | Test-Fault -ErrorAction SilentlyContinue; 'not minded'", "good: not minded")]
    [InlineData("try { throw 'handled' } catch { 'well again' }", "good: well again")]
    [InlineData("Get-NoSuchThing", "The term 'Get-NoSuchThing' is not recognized")]
    [InlineData("if (", "Missing condition in if statement")]
    [InlineData("[IO.File]::ReadAllText('')", "empty")]
    public void A_command_ends_well_or_says_why_not(string command, string result) =>
        Assert.Contains(result, One("Test-Run $args[0]", command), StringComparison.Ordinal);

    [Theory]
    [InlineData("exit 3", "3")]
    [InlineData("sh -c 'exit 4'", "4")]
    [InlineData("sh -c 'echo said; exit 5'; 'afterwards'", "5")]
    public void An_exit_code_other_than_0_is_a_failure(string command, string code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        Assert.Equal($"it ended with the exit code {code}", One("Test-Run $args[0]", command));
    }

    [Fact]
    public void A_command_starts_with_the_exit_code_0_and_leaves_the_sessions_own_as_it_was() =>
        Assert.Equal("good: 0,7", One("$global:LASTEXITCODE = 7; \"$(Test-Run '$LASTEXITCODE'),$LASTEXITCODE\""));

    [Fact]
    public void A_command_sees_the_functions_and_variables_of_its_session_and_leaves_none_behind() =>
        Assert.Equal(
            "good: hello Ada,,Continue",
            One("function global:Get-Greeting { \"hello $($global:who)\" }; $global:who = 'Ada'; \"$(Test-Run 'Get-Greeting; $left = 1'),$left,$ErrorActionPreference\""));

    [Theory]
    [InlineData("plain")]
    [InlineData("with space [and] brackets'")]
    public void A_command_runs_in_the_folder_of_its_application_and_the_session_stays_where_it_was(string name)
    {
        string folder = Directory.CreateDirectory(_folder.File(name)).FullName;

        string result = One(
            "$before = $ExecutionContext.SessionState.Path.CurrentLocation.Path; " +
            "$said = Test-Run '$ExecutionContext.SessionState.Path.CurrentLocation.Path' -Folder $args[0]; " +
            "\"$said,$($before -eq $ExecutionContext.SessionState.Path.CurrentLocation.Path)\"",
            folder);

        Assert.Equal($"good: {folder},True", result);
    }

    [Fact]
    public void What_a_command_says_goes_to_the_streams_of_the_cmdlet()
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare("Test-Run 'Test-Chatter -Records 2 -Verbose' -Verbose");

        shell.Invoke();

        Assert.Equal(["Record 0", "Record 1"], shell.Streams.Verbose.Select(v => v.Message));
    }

    [Fact]
    public void A_command_that_takes_too_long_is_ended_and_the_cmdlet_goes_on() =>
        Assert.Equal("ended,next", One("\"$(Test-Run 'while ($true) { }' -MillisecondsTimeout 200),next\""));

    [Fact]
    public void A_stop_of_the_pipeline_ends_the_command_and_the_cmdlet()
    {
        string mark = _folder.File("begun");
        using System.Management.Automation.PowerShell shell = _session.Prepare("Test-Run $args[0]", $"[IO.File]::WriteAllText('{mark}', ''); while ($true) {{ }}");
        IAsyncResult running = shell.BeginInvoke();
        Wait.Until(() => File.Exists(mark), "the command begins");

        shell.Stop();

        Assert.True(running.IsCompleted);
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Equal("good: alive", One("Test-Run \"'alive'\""));
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    private string One(string script, params object[] arguments)
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare(script, arguments);
        PSObject only = Assert.Single(shell.Invoke());
        Assert.Empty(shell.Streams.Error);
        return only.ToString();
    }
}
