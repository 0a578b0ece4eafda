using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using EmrSim.Core.Scheduling;

namespace EmrSim.Tests.Scheduling;

/// <summary>Tasks of the Task Scheduler.</summary>
public sealed class TaskTests
{
    private static readonly XNamespace s_space = "http://schemas.microsoft.com/windows/2004/02/mit/task";
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("SYSTEM", 0, 2)]
    [InlineData(@"NT AUTHORITY\NETWORK SERVICE", 10, 0)]
    [InlineData(@"DOMAIN\backup$", 0, 1)]
    [InlineData(@"DOMAIN\Jürgen & <Söhne>", 90, 10)]
    public void A_task_is_valid_by_the_schema(string account, int delay, int retries)
    {
        XDocument task = Task(account, request => request with { RandomDelay = TimeSpan.FromMinutes(delay), Retries = retries });

        Assert.Empty(Violations(task));
        Assert.Equal("IgnoreNew", Value(task, "MultipleInstancesPolicy"));
        Assert.Equal("true", Value(task, "StartWhenAvailable"));
        Assert.Equal("PT6H", Value(task, "ExecutionTimeLimit"));
    }

    [Fact]
    public void The_schema_refuses_a_wrong_order_and_a_wrong_value()
    {
        XDocument order = Task("SYSTEM");
        XElement trigger = order.Descendants(s_space + "CalendarTrigger").Single();
        trigger.ReplaceNodes(trigger.Elements().Reverse());
        XDocument value = Task("SYSTEM");
        value.Descendants(s_space + "RestartOnFailure").Single().Element(s_space + "Interval")!.Value = "PT5S";

        Assert.NotEmpty(Violations(order));
        Assert.NotEmpty(Violations(value));
    }

    [Theory]
    [InlineData("SYSTEM", "S-1-5-18", null)]
    [InlineData(@"nt authority\local service", "S-1-5-19", null)]
    [InlineData(@"DOMAIN\backup$", @"DOMAIN\backup$", "Password")]
    [InlineData(@"DOMAIN\anna", @"DOMAIN\anna", "S4U")]
    public void It_runs_whether_or_not_anybody_is_logged_on(string account, string userId, string? logon)
    {
        XDocument task = Task(account);

        Assert.Equal(userId, Value(task, "UserId"));
        Assert.Equal(logon, Value(task, "LogonType"));
    }

    [Fact]
    public void It_begins_at_the_next_time_of_day_by_the_clock_of_the_machine()
    {
        string start = Value(Task("SYSTEM"), "StartBoundary")!;

        DateTime local = DateTime.ParseExact(start, "yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(new TimeSpan(2, 0, 0), local.TimeOfDay);
        Assert.InRange(new DateTimeOffset(local).UtcDateTime, s_now.UtcDateTime, s_now.UtcDateTime.AddDays(1.1));
    }

    [Theory]
    [InlineData(@"C:\50%PATH%\pwsh.exe")]
    [InlineData(@"C:\$(Arg0)\pwsh.exe")]
    public void A_path_that_the_Task_Scheduler_would_expand_is_refused(string pwsh)
    {
        using ScheduleFixture machine = Machine();

        EmrSimException error = Assert.Throws<EmrSimException>(() => TaskXml.Write(machine.Request(), "SYSTEM", true, pwsh, [], s_now));

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
    }

    [Fact]
    public async Task A_task_is_given_to_schtasks_as_a_UTF_16_file_told_and_removed()
    {
        using ScheduleFixture machine = Machine();
        AddSchtasks(machine);

        EmrBackupSchedule made = await machine.RegisterAsync(machine.Request(EmrScheduler.TaskScheduler));

        Assert.Equal(["etc/emrsim/jobs/nightly.ps1", "etc/emrsim/jobs/nightly.xml"], machine.Folder.Files("root"));
        Assert.Contains($@"/Create|/TN|\EmrSim\nightly|/XML|{made.Files[1]}.partial|/F|", machine.Recorded("schtasks"));
        byte[] given = File.ReadAllBytes(machine.Folder.File("task.xml"));
        Assert.Equal(Encoding.Unicode.Preamble, given.AsSpan(0, 2));
        using (var file = XmlReader.Create(machine.Folder.File("task.xml"))) Assert.Empty(Violations(XDocument.Load(file)));
        Assert.True(made.Enabled);
        Assert.Equal(EmrOutcome.Failed, made.LastResult);
        Assert.NotNull(made.LastRunUtc);
        Assert.Contains("-NoProfile -NonInteractive -File", made.Command, StringComparison.Ordinal);

        await machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);

        Assert.Contains(@"/Delete|/TN|\EmrSim\nightly|/F|", machine.Recorded("schtasks"));
        Assert.Empty(machine.Folder.Files("root"));
    }

    [Fact]
    public async Task A_managed_account_is_named_with_an_empty_password()
    {
        using ScheduleFixture machine = Machine();
        AddSchtasks(machine);
        await machine.RegisterAsync(machine.Request(EmrScheduler.TaskScheduler) with { RunAs = @"DOMAIN\backup$" });

        Assert.Contains(machine.Recorded("schtasks"), l => l.EndsWith(@"/F|/RU|DOMAIN\backup$|/RP||", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_that_is_refused_leaves_nothing_behind()
    {
        using ScheduleFixture machine = Machine();
        machine.Recorder("schtasks", "echo 'ERROR: The task XML is malformed.' >&2; exit 1");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request(EmrScheduler.TaskScheduler)));

        Assert.Equal(ErrorCode.SchedulerFailed, error.ErrorCode);
        Assert.Contains("malformed", error.Message, StringComparison.Ordinal);
        Assert.Empty(machine.Folder.Files("root"));
    }

    [Fact]
    public async Task A_user_without_the_right_is_told_what_to_do()
    {
        using var machine = new ScheduleFixture(privileged: false);
        machine.Recorder("schtasks", "echo 'ERROR: Access is denied.' >&2; exit 1");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request(EmrScheduler.TaskScheduler)));

        Assert.Equal(ErrorCode.AccessDenied, error.ErrorCode);
        Assert.Contains("as Administrator", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_somebody_else_has_made_is_never_touched()
    {
        using ScheduleFixture machine = Machine();
        machine.Recorder("schtasks", "case \"$*\" in *XML*) echo '<Task xmlns=\"x\"/>' ;; esac");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => machine.RegisterAsync(machine.Request(EmrScheduler.TaskScheduler) with { Force = true }));

        Assert.Equal(ErrorCode.ScheduleExists, error.ErrorCode);
        Assert.DoesNotContain(machine.Recorded("schtasks"), l => l.Contains("/Create", StringComparison.Ordinal));
    }

    // Its accounts are those of Windows, which chown of another system does not know.
    private static ScheduleFixture Machine()
    {
        var machine = new ScheduleFixture();
        machine.Program("chown", "");
        return machine;
    }

    private static void AddSchtasks(ScheduleFixture machine) => machine.Recorder(
        "schtasks",
        $$"""
        task='{{machine.Folder.File("task.xml")}}'
        case $1 in
          /Create) cp "$5" "$task" ;;
          /Delete) rm "$task" ;;
          /Query)
            [ -f "$task" ] || { echo 'ERROR: The system cannot find the file specified.' >&2; exit 1; }
            case "$*" in
              *XML*) iconv -f UTF-16 -t UTF-8 "$task" ;;
              *) printf '%s\n' '"HOST","\EmrSim\nightly","11/25/2026 2:00:00 AM","Ready","Interactive/Background","11/24/2026 2:00:01 AM","1","EmrSim"'
                 printf '%s\n' '"HOST","\EmrSim\nightly","11/25/2026 2:00:00 AM","Ready","Interactive/Background","11/24/2026 2:00:01 AM","1","EmrSim"'
                 printf '%s\n' '"HOST","\Other\task","N/A","Ready","Interactive only","N/A","0","X"' ;;
            esac ;;
        esac
        """);

    private static XDocument Task(string account, Func<ScheduleRequest, ScheduleRequest>? change = null)
    {
        using ScheduleFixture machine = Machine();
        ScheduleRequest request = machine.Request(EmrScheduler.TaskScheduler);
        string xml = TaskXml.Write(change?.Invoke(request) ?? request, account, true, @"C:\Program Files\PowerShell\7\pwsh.exe", ["-File", @"C:\ProgramData\EmrSim\jobs\nightly.ps1"], s_now);
        return XDocument.Parse(xml);
    }

    private static string? Value(XDocument task, string element) => task.Descendants(s_space + element).FirstOrDefault()?.Value;

    private static List<string> Violations(XDocument task)
    {
        using Stream stream = typeof(TaskTests).Assembly.GetManifestResourceStream("task.xsd")!;
        using var reader = XmlReader.Create(stream);
        var schemas = new XmlSchemaSet();
        schemas.Add(null, reader);
        var found = new List<string>();
        new XDocument(task).Validate(schemas, (_, e) => found.Add(e.Message));
        return found;
    }
}
