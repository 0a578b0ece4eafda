using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EmrSim.Core.Logging;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Logging;

/// <summary>The journal and the syslog, each a real socket that the test reads.</summary>
public sealed class SystemLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ListLoggerProvider _list = new();

    public SystemLogTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such sockets; it has its event log.");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_event_reaches_the_journal_with_its_fields()
    {
        using Socket journal = Bind("journal");
        Say(LogLevel.Error, new EventId(1003, "BackupFailed"), "Backup of 'Zürich' failed.");

        Assert.Equal(
            "MESSAGE=Backup of 'Zürich' failed.\nPRIORITY=3\nSYSLOG_IDENTIFIER=emrsim\nEMRSIM_EVENT_ID=1003\nEMRSIM_EVENT=BackupFailed\nEMRSIM_CATEGORY=EmrSim.Test\n",
            Encoding.UTF8.GetString(Receive(journal)));
    }

    [Fact]
    public void A_message_of_several_lines_cannot_pass_for_fields_of_the_journal()
    {
        using Socket journal = Bind("journal");
        const string Message = "first\nPRIORITY=0\nlast";
        Say(LogLevel.Warning, new EventId(7), Message);

        byte[] bytes = Receive(journal);

        byte[] expected = [.. "MESSAGE\n"u8, 21, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Message), (byte)'\n', .. "PRIORITY=4\n"u8];
        Assert.Equal(expected, bytes[..expected.Length]);
    }

    [Theory]
    [InlineData(LogLevel.Critical, 10)]
    [InlineData(LogLevel.Error, 11)]
    [InlineData(LogLevel.Warning, 12)]
    [InlineData(LogLevel.Information, 14)]
    public void Without_a_journal_a_syslog_gets_one_line(LogLevel level, int priority)
    {
        using Socket syslog = Bind("log");
        Say(level, new EventId(1002, "BackupPublished"), "one\r\ntwo\tthree");

        string line = Encoding.UTF8.GetString(Receive(syslog));

        Assert.Matches(
            string.Create(CultureInfo.InvariantCulture, $@"^<{priority}>[A-Z][a-z]{{2}} [ 1-3][0-9] [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}} emrsim\[{Environment.ProcessId}\]: 1002 BackupPublished: one two three$"),
            line);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public void B26_The_stamp_of_a_syslog_does_not_depend_on_the_culture(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        try
        {
            var record = new SystemLogRecord(LogLevel.Information, 1, "E", "C", "m");
            string line = Encoding.UTF8.GetString(SyslogDatagram.Encode(record, new DateTimeOffset(2026, 11, 4, 2, 0, 9, TimeSpan.Zero)));
            Assert.StartsWith("<14>Nov  4 02:00:09 emrsim[", line, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Debug_events_stay_out_and_a_message_that_is_too_long_is_cut()
    {
        using Socket journal = Bind("journal");
        using ILoggerFactory loggers = Loggers();
        Assert.True(Add(loggers));
        ILogger logger = loggers.CreateLogger("EmrSim.Test");
        logger.Log(LogLevel.Debug, default, "hidden", null, (s, _) => s);
        string endless = new('x', 1_000_000);
        logger.Log(LogLevel.Information, default, endless, null, (s, _) => s);

        Assert.Contains("xxx…\nPRIORITY=6", Encoding.UTF8.GetString(Receive(journal)), StringComparison.Ordinal);
        Assert.Equal(0, journal.Available);
    }

    [Fact]
    public void Without_a_socket_there_is_one_warning_and_the_work_goes_on()
    {
        using ILoggerFactory loggers = Loggers();

        Assert.False(Add(loggers));
        loggers.CreateLogger("EmrSim.Test").Log(LogLevel.Information, default, "work", null, (s, _) => s);

        Assert.Equal([(LogLevel.Warning, 8004), (LogLevel.Information, 0)], _list.Events.Select(e => (e.Level, e.Id)));
    }

    [Fact]
    public void A_socket_behind_which_nobody_is_is_a_warning()
    {
        Bind("journal").Dispose();
        using ILoggerFactory loggers = Loggers();

        Assert.False(Add(loggers));
        Assert.Equal(8004, Assert.Single(_list.Events).Id);
    }

    [Fact]
    public void A_journal_that_goes_away_in_the_middle_is_warned_of_once()
    {
        Socket journal = Bind("journal");
        using ILoggerFactory loggers = Loggers();
        Assert.True(Add(loggers));
        ILogger logger = loggers.CreateLogger("EmrSim.Test");
        journal.Dispose();

        for (int i = 0; i < 3; i++) logger.Log(LogLevel.Information, default, "work", null, (s, _) => s);

        Assert.Single(_list.Events, e => e.Id == 8004);
        Assert.Equal(3, _list.Events.Count(e => e.Id == 0));
    }

    private void Say(LogLevel level, EventId id, string message)
    {
        using ILoggerFactory loggers = Loggers();
        Assert.True(Add(loggers));
        loggers.CreateLogger("EmrSim.Test").Log(level, id, message, null, (s, _) => s);
    }

    // The journal comes first where both are there.
    private bool Add(ILoggerFactory loggers) => SystemLoggerProvider.AddTo(loggers, _folder.File("journal"), _folder.File("log"));

    private ILoggerFactory Loggers() => LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(_list));

    private Socket Bind(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Bind(new UnixDomainSocketEndPoint(_folder.File(name)));
        return socket;
    }

    private static byte[] Receive(Socket socket)
    {
        byte[] buffer = new byte[256 * 1024];
        return buffer[..socket.Receive(buffer)];
    }
}
