using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores.Support;

/// <summary>The endpoint at which a process in App Service or Azure Automation gets tokens of its managed identity, on this machine.</summary>
public sealed class IdentityEndpoint : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _asked = new();

    public IdentityEndpoint()
    {
        Address = $"http://127.0.0.1:{FreePort.Take()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The queries so far.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _asked.Enqueue(context.Request.Url!.Query);
                long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
                byte[] answer = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
                {
                    ["access_token"] = Token(now),
                    ["expires_on"] = $"{now + 3600}",
                    ["resource"] = "https://storage.azure.com",
                    ["token_type"] = "Bearer",
                    ["client_id"] = Guid.Empty.ToString(),
                });
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(answer);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    // The emulator looks at what a token says, not at who signed it.
    private static string Token(long now) =>
        Part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." +
        Part($"{{\"aud\":\"https://storage.azure.com\",\"iss\":\"https://sts.windows.net/{Guid.Empty}/\",\"iat\":{now - 60},\"nbf\":{now - 60},\"exp\":{now + 3600}}}") + ".c2lnbmVk";

    private static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
