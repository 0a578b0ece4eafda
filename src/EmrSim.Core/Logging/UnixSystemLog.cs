using System.Net.Sockets;

namespace EmrSim.Core.Logging;

/// <summary>The datagram socket of a journal or of a syslog.</summary>
internal sealed class UnixSystemLog : ISystemLog
{
    /// <summary>systemd's journal: systemd.io/JOURNAL_NATIVE_PROTOCOL.</summary>
    internal const string Journal = "/run/systemd/journal/socket";

    /// <summary>What syslog(3) writes to on Linux.</summary>
    internal const string DevLog = "/dev/log";

    /// <summary>What syslog(3) writes to on macOS.</summary>
    internal const string MacSyslog = "/var/run/syslog";

    // A log daemon that hangs must not hold up a backup.
    private const int SendTimeoutMilliseconds = 2000;

    private readonly Socket _socket;
    private readonly Func<SystemLogRecord, byte[]> _encode;

    private UnixSystemLog(Socket socket, Func<SystemLogRecord, byte[]> encode)
    {
        _socket = socket;
        _encode = encode;
    }

    /// <summary>Connects to the first of the sockets that is there.</summary>
    /// <param name="journal">The journal's socket; null for none.</param>
    /// <param name="syslog">The syslog's socket.</param>
    /// <exception cref="IOException">There is none, or it cannot be used.</exception>
    internal static UnixSystemLog Connect(string? journal, string syslog)
    {
        if (journal is not null && File.Exists(journal)) return Connect(journal, JournalDatagram.Encode);
        if (File.Exists(syslog)) return Connect(syslog, SyslogDatagram.Encode);
        throw new IOException(journal is null ? $"there is no syslog at '{syslog}'." : $"there is neither a journal at '{journal}' nor a syslog at '{syslog}'.");
    }

    /// <inheritdoc/>
    public void Write(SystemLogRecord record)
    {
        try
        {
            _socket.Send(_encode(record));
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static UnixSystemLog Connect(string path, Func<SystemLogRecord, byte[]> encode)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = SendTimeoutMilliseconds };
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new UnixSystemLog(socket, encode);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"'{path}' does not answer ({e.Message}).", e);
        }
    }
}
