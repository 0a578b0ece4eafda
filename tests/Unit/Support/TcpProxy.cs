using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmrSim.Tests.Support;

/// <summary>A bad line to a server on this machine: it counts requests, and cuts, damages or answers them itself where a test says so.</summary>
public sealed class TcpProxy : IDisposable
{
    private const int BufferLength = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly int _target;
    private long _up;
    private long _down;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        // On threads of its own: a test that waits for an answer holds one of the few that xunit gives to all tests.
        _ = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The first lines of all requests so far, without the protocol.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>How many blocks have been sent.</summary>
    public int Blocks => _requests.Count(r => r.StartsWith("PUT", StringComparison.Ordinal) && r.Contains("comp=block&", StringComparison.Ordinal));

    /// <summary>Looks at what a client sends: the bytes, which it may change, and how many have passed before. False cuts the connection.</summary>
    public Func<ArraySegment<byte>, long, bool> Upstream { get; set; } = static (_, _) => true;

    /// <summary>Looks at what the server sends.</summary>
    public Func<ArraySegment<byte>, long, bool> Downstream { get; set; } = static (_, _) => true;

    /// <summary>Answers a request itself, by its first line; null lets it pass.</summary>
    public Func<string, string?> Answer { get; set; } = static _ => null;

    /// <summary>An answer of the service that holds an error.</summary>
    public static string Error(int status, string code) =>
        $"HTTP/1.1 {status} Error\r\nx-ms-error-code: {code}\r\nx-ms-request-id: 0f0f0f0f-0000\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>Cuts every connection that there is; others are taken.</summary>
    public void Cut()
    {
        while (_clients.TryTake(out TcpClient? client)) client.Dispose();
    }

    public void Dispose()
    {
        _listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _clients.Add(client);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(UpAsync(client.GetStream(), server.GetStream()), DownAsync(server.GetStream(), client.GetStream()));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // One of them is gone, and so is the other.
        }
        finally
        {
            // As when a cable is pulled: no goodbye.
            if (client.Connected) client.Client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }
    }

    private async Task UpAsync(NetworkStream client, NetworkStream server)
    {
        var buffer = new byte[BufferLength];
        for (int read; (read = await client.ReadAsync(buffer)) > 0;)
        {
            if (Line(buffer.AsSpan(0, read)) is { } line)
            {
                _requests.Enqueue(line);
                if (Answer(line) is { } answer)
                {
                    await client.WriteAsync(Encoding.ASCII.GetBytes(answer));
                    client.Close(1000);
                    return;
                }
            }

            if (!Upstream(new ArraySegment<byte>(buffer, 0, read), Interlocked.Add(ref _up, read) - read)) return;
            await server.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private async Task DownAsync(NetworkStream server, NetworkStream client)
    {
        var buffer = new byte[BufferLength];
        for (int read; (read = await server.ReadAsync(buffer)) > 0;)
        {
            if (!Downstream(new ArraySegment<byte>(buffer, 0, read), Interlocked.Add(ref _down, read) - read)) return;
            await client.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private static string? Line(ReadOnlySpan<byte> chunk)
    {
        if (!(chunk.StartsWith("GET /"u8) || chunk.StartsWith("PUT /"u8) || chunk.StartsWith("HEAD /"u8) || chunk.StartsWith("DELETE /"u8))) return null;
        int end = chunk.IndexOf(" HTTP/1.1\r\n"u8);
        return end < 0 ? null : Encoding.ASCII.GetString(chunk[..end]);
    }
}
