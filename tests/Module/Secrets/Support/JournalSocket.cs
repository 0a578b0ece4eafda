using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace EmrSim.Tests.Secrets;

/// <summary>
/// The journal of a world: a real socket that the test reads. Processes find it at the system's own path, since they run in a mount namespace in which
/// /run is empty but for it. That takes root; elsewhere there is none, and processes use what the machine has.
/// </summary>
internal sealed class JournalSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _said = [];
    private readonly Task _reading;
    private readonly string _folder;

    private JournalSocket(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "socket")));
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>What was written to it.</summary>
    internal string[] Said
    {
        get
        {
            lock (_said) return [.. _said];
        }
    }

    /// <summary>Makes one in a folder; null where that takes rights that the test has not.</summary>
    internal static JournalSocket? TryMake(string folder) => OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/unshare") ? new JournalSocket(folder) : null;

    /// <summary>Makes a process see this journal.</summary>
    internal void Show(ProcessStartInfo start)
    {
        string mount = $"mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal && mount --bind '{_folder}' /run/systemd/journal && exec \"$@\"";
        string[] before = ["-m", "/bin/sh", "-c", mount, "sh", start.FileName];
        foreach ((int i, string argument) in before.Index()) start.ArgumentList.Insert(i, argument);
        start.FileName = "/usr/bin/unshare";
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reading.Wait();
        File.Delete(Path.Combine(_folder, "socket"));
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[256 * 1024];
        try
        {
            while (true)
            {
                int length = await _socket.ReceiveAsync(buffer);
                lock (_said) _said.Add(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The world has ended.
        }
    }
}
