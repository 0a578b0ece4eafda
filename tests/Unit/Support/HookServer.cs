using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmrSim.Tests.Support;

/// <summary>A real HTTP server on this machine that takes notifications and answers as a test says.</summary>
public sealed class HookServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<HookRequest> _requests = new();
    private readonly Func<int, string?> _answer;
    private readonly Task _loop;

    /// <summary>Starts it.</summary>
    /// <param name="answer">The status line's end and the headers for the nth request, beginning with 1; null for silence.</param>
    public HookServer(Func<int, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    /// <summary>One that takes everything.</summary>
    public HookServer() : this(_ => "200 OK")
    {
    }

    public IReadOnlyList<HookRequest> Requests => [.. _requests];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address(string path, string host = "127.0.0.1") => string.Create(CultureInfo.InvariantCulture, $"http://{host}:{Port}{path}");

    public void Dispose()
    {
        _stop.Cancel();
        _loop.Wait();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<TcpClient>();
        try
        {
            for (int number = 1; ; number++)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(client);
                _requests.Enqueue(await ReadAsync(client.GetStream(), _stop.Token));
                if (_answer(number) is not { } answer) continue;
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), _stop.Token);
                client.Close();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
        finally
        {
            foreach (TcpClient client in open) client.Dispose();
        }
    }

    private static async Task<HookRequest> ReadAsync(NetworkStream stream, CancellationToken token)
    {
        var bytes = new List<byte>();
        byte[] one = new byte[1];
        while (!(bytes.Count >= 4 && bytes[^4..].SequenceEqual("\r\n\r\n"u8.ToArray())))
        {
            await stream.ReadExactlyAsync(one, token);
            bytes.Add(one[0]);
        }

        string[] head = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = head[1..].Select(h => h.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, token);
        string[] first = head[0].Split(' ');
        return new HookRequest(first[0], first[1], headers, Encoding.UTF8.GetString(body));
    }
}

/// <summary>What a server was asked.</summary>
public sealed record HookRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
