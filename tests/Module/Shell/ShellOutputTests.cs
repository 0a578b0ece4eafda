using EmrSim.Tests.Support;

namespace EmrSim.Tests.Shell;

/// <summary>What the mini host shows, and where.</summary>
public sealed class ShellOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emrsim shell ").FullName;

    [Fact]
    public void Errors_go_to_stderr_with_message_recommendation_and_id_and_output_goes_on()
    {
        ShellResult result = Run("'before'; Get-EmrBackup ./no-such-folder; 'after'");

        Assert.Equal(["before", "after"], result.Lines);
        string[] errors = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(3, errors.Length);
        Assert.Matches("^Get-EmrBackup: There is no folder '.*no-such-folder'\\.$", errors[0]);
        Assert.StartsWith("Recommendation: ", errors[1], StringComparison.Ordinal);
        Assert.Equal("Id: DestinationNotFound (ObjectNotFound)", errors[2]);
    }

    [Fact]
    public void A_terminating_error_looks_the_same() =>
        Assert.Equal(Run("Get-EmrBackup ./no-such-folder").Errors, Run("Get-EmrBackup ./no-such-folder -ErrorAction Stop").Errors);

    [Fact]
    public void A_parse_error_names_the_line_and_marks_the_place()
    {
        string[] errors = [.. Run("'one'\nforeach ($x in 1,2 {").Errors.Split('\n').Select(l => l.TrimEnd())];

        Assert.Equal("   2 |  foreach ($x in 1,2 {", errors[2]);
        Assert.Equal("     |                     ~", errors[3]);
        Assert.Contains("Unexpected token '{'", errors[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_and_verbose_messages_stay_out_of_the_output()
    {
        ShellResult result = Run("& { [CmdletBinding()] param() $PSCmdlet.WriteWarning('careful'); $PSCmdlet.WriteVerbose('detail'); 'result' } -Verbose");

        Assert.Equal(["result"], result.Lines);
        Assert.Equal(["WARNING: careful", "VERBOSE: detail"], result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Without_a_terminal_there_are_no_colours()
    {
        ShellResult result = Run("\"$($PSStyle.Bold)bold$($PSStyle.Reset)\"; [pscustomobject]@{ a = 1 }; Get-EmrBackup ./no-such-folder");

        Assert.Equal("bold", result.Lines[0]);
        Assert.DoesNotContain('\u001b', result.Output + result.Errors);
    }

    [Fact]
    public void A_script_file_knows_its_folder_and_its_errors_name_its_lines()
    {
        string script = Path.Combine(_folder, "it's a script.ps1");
        File.WriteAllText(script, "$PSScriptRoot\nNo-SuchCommand\n");

        ShellResult result = ShellProcess.RunWith(["-File", script]);

        Assert.Equal([_folder], result.Lines);
        Assert.Contains(script + ":2", result.Errors, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData("if (")]
    [InlineData(null)]
    public void A_script_file_that_cannot_be_parsed_or_found_is_an_error(string? text)
    {
        string script = Path.Combine(_folder, "script.ps1");
        if (text is not null) File.WriteAllText(script, text);

        ShellResult result = ShellProcess.RunWith(["-File", script]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("script.ps1", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_script_it_reads_commands_over_as_many_lines_as_they_take()
    {
        ShellResult result = ShellProcess.RunWith(["-Module", ModuleSession.ManifestPath], "foreach ($i in 1, 2) {\n  \"item $i\"\n}\nNo-SuchCommand\nexit 4\n");

        Assert.Contains("item 1", result.Output, StringComparison.Ordinal);
        Assert.Contains("item 2", result.Output, StringComparison.Ordinal);
        Assert.Contains("No-SuchCommand", result.Errors, StringComparison.Ordinal);
        Assert.Equal(4, result.ExitCode);
    }

    [Fact]
    public void A_command_that_would_ask_fails_where_nobody_can_answer()
    {
        ShellResult result = Run("& { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x')) { 'done' } }");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Lines);
        Assert.Contains("cannot ask", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => TempFolder.Remove(_folder);

    private static ShellResult Run(string script) => ShellProcess.RunWith(["-Module", ModuleSession.ManifestPath, "-c", script]);
}
