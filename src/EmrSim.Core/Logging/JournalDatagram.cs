using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EmrSim.Core.Logging;

/// <summary>An event in the journal's native protocol: systemd.io/JOURNAL_NATIVE_PROTOCOL.</summary>
internal static class JournalDatagram
{
    /// <summary>The bytes of one datagram. A message of several lines stays one.</summary>
    internal static byte[] Encode(SystemLogRecord record)
    {
        using var bytes = new MemoryStream();
        Add(bytes, "MESSAGE", record.Message);
        Add(bytes, "PRIORITY", record.Severity.ToString(CultureInfo.InvariantCulture));
        Add(bytes, "SYSLOG_IDENTIFIER", SyslogDatagram.Identifier);
        Add(bytes, "EMRSIM_EVENT_ID", record.EventId.ToString(CultureInfo.InvariantCulture));
        Add(bytes, "EMRSIM_EVENT", record.Event);
        Add(bytes, "EMRSIM_CATEGORY", record.Category);
        return bytes.ToArray();
    }

    // A value with a line break goes behind its length; otherwise it could pass for further fields.
    private static void Add(MemoryStream bytes, string field, string value)
    {
        byte[] content = Encoding.UTF8.GetBytes(value);
        bytes.Write(Encoding.ASCII.GetBytes(field));
        if (content.Contains((byte)'\n'))
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)content.Length);
            bytes.WriteByte((byte)'\n');
            bytes.Write(length);
        }
        else
        {
            bytes.WriteByte((byte)'=');
        }

        bytes.Write(content);
        bytes.WriteByte((byte)'\n');
    }
}
