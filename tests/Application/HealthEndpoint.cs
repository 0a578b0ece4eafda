using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmrSim.Tests.Application;

/// <summary>Answers on the application's port.</summary>
internal sealed class HealthEndpoint : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Settings _settings;
    private readonly Storage _storage;
    private readonly long _started = Environment.TickCount64;

    internal HealthEndpoint(Settings settings, Storage storage)
    {
        _settings = settings;
        _storage = storage;
        _listener = new TcpListener(IPAddress.Loopback, settings.Port);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(client));
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                string request = await reader.ReadLineAsync() ?? "";
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                if (_settings.Health == "never") await Task.Delay(Timeout.Infinite);
                (string status, string body) = Answer(request);
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
        catch (IOException)
        {
            // Whoever asked is gone.
        }
    }

    private (string Status, string Body) Answer(string request)
    {
        if (!request.StartsWith("GET /api/health ", StringComparison.Ordinal)) return ("404 Not Found", "{}");
        if (_settings.Health == "fail") return ("500 Internal Server Error", "{\"status\":\"error\",\"reason\":\"told to fail\"}");
        if (Environment.TickCount64 - _started < int.Parse(_settings.Health, CultureInfo.InvariantCulture)) return ("503 Service Unavailable", "{\"status\":\"starting\"}");
        return ("200 OK", _settings.SaysStorage ? $"{{\"status\":\"ok\",\"storage\":\"{_storage.Mode}\"}}" : "{\"status\":\"ok\"}");
    }
}
