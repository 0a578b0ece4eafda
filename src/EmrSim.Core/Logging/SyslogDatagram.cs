using System.Globalization;
using System.Text;

namespace EmrSim.Core.Logging;

/// <summary>An event as syslog(3) writes it to a local socket: RFC 3164 without the host, which the daemon adds.</summary>
internal static class SyslogDatagram
{
    /// <summary>By what name events are found: <c>journalctl -t emrsim</c>, <c>grep emrsim /var/log/syslog</c>.</summary>
    internal const string Identifier = "emrsim";

    // RFC 3164, 4.1.1: PRI is eight times the facility, here "user-level messages", and the severity.
    private const int UserFacility = 1 << 3;

    /// <summary>The bytes of one datagram.</summary>
    internal static byte[] Encode(SystemLogRecord record) => Encode(record, DateTimeOffset.Now);

    /// <summary>The same, of an event of any time. A syslog has lines only, so line breaks become spaces.</summary>
    internal static byte[] Encode(SystemLogRecord record, DateTimeOffset time)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        // "Mmm dd hh:mm:ss", the day padded by a space.
        string stamp = time.ToString("MMM ", culture) + time.Day.ToString(culture).PadLeft(2) + time.ToString(" HH:mm:ss", culture);
        string message = new([.. record.Message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)]);
        return Encoding.UTF8.GetBytes(string.Create(
            culture, $"<{UserFacility + record.Severity}>{stamp} {Identifier}[{Environment.ProcessId}]: {record.EventId} {record.Event}: {message}"));
    }
}
