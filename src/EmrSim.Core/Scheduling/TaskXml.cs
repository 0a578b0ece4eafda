using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes tasks of the Task Scheduler, by its schema 1.2 ([MS-TSCH], 2.5).</summary>
internal static class TaskXml
{
    /// <summary>What the source of a task of ours says.</summary>
    internal const string Source = "EmrSim";

    /// <summary>The account of the system itself, by its SID, which has the same form in every language.</summary>
    internal const string LocalSystem = "S-1-5-18";

    private const string LocalService = "S-1-5-19";
    private const string NetworkService = "S-1-5-20";

    private static readonly XNamespace s_space = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    /// <summary>The text of a task.</summary>
    /// <param name="request">The schedule.</param>
    /// <param name="account">The account that it runs as.</param>
    /// <param name="isPrivileged">Whether it may have all rights of that account.</param>
    /// <param name="pwsh">The PowerShell that it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="now">The first run is the next one after this.</param>
    internal static string Write(
        ScheduleRequest request, string account, bool isPrivileged, string pwsh, IReadOnlyList<string> arguments, DateTimeOffset now)
    {
        var task = new XDocument(
            new XDeclaration("1.0", "UTF-16", null),
            Element(
                "Task",
                new XAttribute("version", "1.2"),
                Element(
                    "RegistrationInfo",
                    Element("Source", Source),
                    Element("Author", Source),
                    Element("Description", $"EmrSim backup schedule {request.Name}, made by Register-EmrBackupSchedule. Unregister-EmrBackupSchedule removes it."),
                    Element("URI", $@"\EmrSim\{request.Name}")),
                Element(
                    "Triggers",
                    Element(
                        "CalendarTrigger",
                        Element("StartBoundary", Start(request, now)),
                        request.RandomDelay > TimeSpan.Zero ? Element("RandomDelay", XmlConvert.ToString(request.RandomDelay)) : null,
                        Element("ScheduleByDay", Element("DaysInterval", "1")))),
                Element("Principals", Principal(account, isPrivileged)),
                Settings(request),
                Element(
                    "Actions",
                    new XAttribute("Context", "Author"),
                    Element("Exec", Element("Command", Literally(pwsh)), Element("Arguments", string.Join(' ', arguments.Select(Argument)))))));
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true })) task.Save(writer);
        // The declaration is for the file, which is UTF-16; a writer of text would name its own encoding.
        return $"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n{text}\n".ReplaceLineEndings("\r\n");
    }

    /// <summary>What a task that is registered says: whether it is ours, whether it is enabled, and its command line.</summary>
    /// <returns>Null where it is not ours.</returns>
    internal static (bool Enabled, string Command)? Read(string xml)
    {
        try
        {
            XElement task = XDocument.Parse(xml[Math.Max(0, xml.IndexOf('<', StringComparison.Ordinal))..]).Root!;
            if ((string?)task.Element(s_space + "RegistrationInfo")?.Element(s_space + "Source") != Source) return null;
            XElement? exec = task.Element(s_space + "Actions")?.Element(s_space + "Exec");
            bool enabled = (bool?)task.Element(s_space + "Settings")?.Element(s_space + "Enabled") ?? true;
            return (enabled, $"{(string?)exec?.Element(s_space + "Command")} {(string?)exec?.Element(s_space + "Arguments")}");
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Whether an account is one of the services' own, which have no password.</summary>
    internal static bool IsService(string account) => ServiceSid(account) is not null;

    /// <summary>Whether an account is the system itself.</summary>
    internal static bool IsSystem(string account) => ServiceSid(account) == LocalSystem;

    /// <summary>Whether an account is a managed one, whose password Windows knows: its name ends in a dollar sign.</summary>
    internal static bool IsManaged(string account) => account.EndsWith('$');

    private static XElement Principal(string account, bool isPrivileged)
    {
        XElement? logon = IsService(account) ? null : Element("LogonType", IsManaged(account) ? "Password" : "S4U");
        return Element(
            "Principal",
            new XAttribute("id", "Author"),
            Element("UserId", ServiceSid(account) ?? account),
            logon,
            Element("RunLevel", isPrivileged ? "HighestAvailable" : "LeastPrivilege"));
    }

    private static XElement Settings(ScheduleRequest request) => Element(
        "Settings",
        Element("MultipleInstancesPolicy", "IgnoreNew"),
        Element("DisallowStartIfOnBatteries", "false"),
        Element("StopIfGoingOnBatteries", "false"),
        Element("AllowHardTerminate", "true"),
        Element("StartWhenAvailable", "true"),
        Element("RunOnlyIfNetworkAvailable", "false"),
        Element("AllowStartOnDemand", "true"),
        Element("Enabled", "true"),
        Element("Hidden", "false"),
        Element("RunOnlyIfIdle", "false"),
        Element("WakeToRun", "false"),
        Element("ExecutionTimeLimit", XmlConvert.ToString(request.TimeLimit)),
        Element("Priority", "7"),
        // For tasks that could not be started; one whose program ends with 1 counts as completed, and its script has repeated what failed.
        request.Retries == 0 ? null : Element(
            "RestartOnFailure", Element("Interval", XmlConvert.ToString(request.RetryDelay)), Element("Count", request.Retries.ToString(CultureInfo.InvariantCulture))));

    // Without an offset the clock of the machine is meant, in summer as in winter.
    private static string Start(ScheduleRequest request, DateTimeOffset now)
    {
        DateTimeOffset next = NextRun.After(now, request.At, TimeZoneInfo.Local);
        return TimeZoneInfo.ConvertTime(next, TimeZoneInfo.Local).DateTime.Date.Add(request.At.ToTimeSpan()).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string? ServiceSid(string account) => account.ToUpperInvariant() switch
    {
        LocalSystem or "SYSTEM" or @"NT AUTHORITY\SYSTEM" or "LOCALSYSTEM" => LocalSystem,
        LocalService or "LOCAL SERVICE" or @"NT AUTHORITY\LOCAL SERVICE" => LocalService,
        NetworkService or "NETWORK SERVICE" or @"NT AUTHORITY\NETWORK SERVICE" => NetworkService,
        _ => null,
    };

    // The rules of CommandLineToArgvW, for texts in which no quote can be: Windows has none in paths.
    private static string Argument(string argument) =>
        argument.Any(c => c is ' ' or '\t') ? $"\"{Literally(argument)}\"" : Literally(argument);

    private static string Literally(string text)
    {
        PowerShellLiteral.RequireOneLine(text);
        if (!text.Contains('%', StringComparison.Ordinal) && !text.Contains("$(", StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal)) return text;
        throw new EmrSimException(
            ErrorCode.InvalidArgument, $"The Task Scheduler would take a part of '{text}' for a variable or a quote. Use a path without %, $( and \".", text);
    }

    private static XElement Element(string name, params object?[] content) => new(s_space + name, content);
}
