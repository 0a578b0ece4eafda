namespace EmrSim.Tests.Support;

/// <summary>Time zones by their IANA names. Wine has no ICU, which knows them on Windows, but it has the same zones by Windows' names.</summary>
public static class TestZone
{
    private static readonly Dictionary<string, string> s_windowsNames = new()
    {
        ["Europe/Berlin"] = "W. Europe Standard Time",
        ["America/New_York"] = "Eastern Standard Time",
        ["America/St_Johns"] = "Newfoundland Standard Time",
        ["Australia/Lord_Howe"] = "Lord Howe Standard Time",
        ["Pacific/Apia"] = "Samoa Standard Time",
        ["Asia/Kathmandu"] = "Nepal Standard Time",
    };

    /// <summary>Why Wine cannot do what needs IANA names.</summary>
    public const string NoIana = "there is no ICU, and without it .NET knows no time zone by its IANA name.";

    /// <summary>A zone whose clocks change twice a year.</summary>
    public static TimeZoneInfo Berlin { get; } = Find("Europe/Berlin");

    public static TimeZoneInfo Find(string iana) => TimeZoneInfo.FindSystemTimeZoneById(Wine.IsHost ? s_windowsNames.GetValueOrDefault(iana, iana) : iana);
}
