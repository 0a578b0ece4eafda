using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using EmrSim.Core.Scheduling;

namespace EmrSim.Tests.Scheduling;

/// <summary>The text of job scripts and of runbooks.</summary>
public sealed class JobScriptTests
{
    public static TheoryData<string> Nasty => NastyText.All;

    [Theory]
    [MemberData(nameof(Nasty))]
    public void A_literal_means_its_text_and_nothing_else(string text)
    {
        using var shell = System.Management.Automation.PowerShell.Create(InitialSessionState.CreateDefault2());

        PSObject value = shell.AddScript(PowerShellLiteral.Of(text)).Invoke().Single();

        Assert.Equal(text, value.BaseObject);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r")]
    [InlineData("a\u2028b")]
    [InlineData("a\0b")]
    public void A_line_break_is_refused_wherever_it_stands(string text)
    {
        using var machine = new ScheduleFixture();
        ScheduleRequest request = machine.Request();

        ScheduleRequest[] bad =
        [
            request with { Backup = request.Backup with { Sources = [new ScheduledSource("/" + text, false)] } },
            request with { Backup = request.Backup with { Destination = "/" + text } },
            request with { Backup = request.Backup with { LogPath = "/" + text } },
            request with { Backup = request.Backup with { Recipients = [text] } },
            request with { Backup = request.Backup with { Secrets = [new ScheduledSecret("Passphrase", null, text)] } },
            request with { RunAs = text },
            request with { Name = text },
        ];

        Assert.All(bad, r => Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => machine.Plan(r)).ErrorCode));
    }

    [Theory]
    [MemberData(nameof(Nasty))]
    public void A_script_parses_and_hands_over_every_value_as_it_is(string text)
    {
        using var machine = new ScheduleFixture();
        var backup = new ScheduledBackup([new ScheduledSource("/data/" + text, false), new ScheduledSource($"/da ta/{text}/*.db", true)], "/store/" + text)
        {
            LogPath = "/log/" + text,
            Compression = EmrCompression.Gzip,
            CompressionLevel = 9,
            VerificationLevel = EmrVerificationLevel.Restore,
            Recipients = [text, "age1two"],
            KeepLast = 1,
            KeepDaily = 2,
            KeepWeekly = 3,
            KeepMonthly = 4,
            KeepYearly = 5,
            NoRotation = true,
            TimeZone = "UTC",
            MirrorTo = "https://account.blob.core.windows.net/container",
            WorkPath = "/work/" + text,
            SystemLog = true,
            NotifyFormat = EmrNotifyFormat.Teams,
            Secrets = [new ScheduledSecret("Passphrase", null, text), new ScheduledSecret("StoreSecret", "/secret/" + text, null)],
        };
        string script = machine.Plan(machine.Request() with { Backup = backup }).Job.Content;

        ScriptBlockAst ast = Parse(script);
        Dictionary<string, object?> values = Values(ast, "backup");

        Assert.Equal(
            ["Destination", "Compression", "CompressionLevel", "VerificationLevel", "WorkPath", "LogPath", "Recipient", "KeepLast", "KeepDaily", "KeepWeekly",
                "KeepMonthly", "KeepYearly", "NoRotation", "TimeZone", "MirrorTo", "SystemLog", "NotifyFormat", "StoreSecretFile"],
            values.Keys);
        Assert.Equal("/store/" + text, values["Destination"]);
        Assert.Equal("/log/" + text, values["LogPath"]);
        Assert.Equal("/secret/" + text, values["StoreSecretFile"]);
        Assert.Equal(new object[] { text, "age1two" }, values["Recipient"]);
        Assert.Equal(9, values["CompressionLevel"]);
        Assert.Equal(true, values["NoRotation"]);
        Assert.Equal("Teams", values["NotifyFormat"]);
        CommandAst secret = ast.FindAll(a => a is CommandAst c && c.GetCommandName() == "Get-Secret", true).Cast<CommandAst>().Single();
        Assert.Equal(text, ((StringConstantExpressionAst)secret.CommandElements[2]).Value);
        Assert.Equal(["/data/" + text, $"/da ta/{text}/*.db"], JobHeader.Read(Write(machine, script))!.Path);
    }

    [Theory]
    [MemberData(nameof(Nasty))]
    public void A_runbook_parses_and_has_its_help(string text)
    {
        var backup = new ScheduledBackup([new ScheduledSource("/data/" + text, false)], "https://account.blob.core.windows.net/c/" + text)
        {
            Secrets = [new ScheduledSecret("Passphrase", null, text), new ScheduledSecret("NotifyUri", null, text, IsText: true)],
        };
        string script = Runbook.Text(new RunbookRequest(backup) { ModuleVersion = new Version(1, 2, 3, 0), ManagedIdentity = Guid.Empty });

        ScriptBlockAst ast = Parse(script);

        Assert.Equal(new Version(7, 4), ast.ScriptRequirements.RequiredPSVersion);
        Assert.Equal("1.2.3", ast.ScriptRequirements.RequiredModules.Single().Version.ToString());
        Assert.Contains("Storage Blob Data Contributor", ast.GetHelpContent().Description, StringComparison.Ordinal);
        Assert.Equal("https://account.blob.core.windows.net/c/" + text, Values(ast, "backup")["Destination"]);
        Assert.Equal(["Get-AutomationVariable", "Get-AutomationVariable"], ast.FindAll(a => a is CommandAst c && c.GetCommandName() == "Get-AutomationVariable", true).Select(a => ((CommandAst)a).GetCommandName()));
    }

    private static string Write(ScheduleFixture machine, string script)
    {
        string path = machine.Folder.File("job.ps1");
        File.WriteAllText(path, script);
        return path;
    }

    private static ScriptBlockAst Parse(string script)
    {
        ScriptBlockAst ast = Parser.ParseInput(script, out _, out ParseError[] errors);
        Assert.Empty(errors);
        return ast;
    }

    /// <summary>The constants of a table of parameters.</summary>
    private static Dictionary<string, object?> Values(ScriptBlockAst ast, string variable)
    {
        var assignment = (AssignmentStatementAst)ast.Find(a => a is AssignmentStatementAst s && s.Left.Extent.Text == "$" + variable, true);
        var table = (HashtableAst)((CommandExpressionAst)assignment.Right).Expression;
        return table.KeyValuePairs.ToDictionary(p => p.Item1.Extent.Text, p => p.Item2 is PipelineAst pipe ? pipe.GetPureExpression().SafeGetValue() : null);
    }
}
