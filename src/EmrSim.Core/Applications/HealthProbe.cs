using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmrSim.Core.Applications;

/// <summary>Asks an application over HTTP whether it is well.</summary>
internal static class HealthProbe
{
    private const int LongestBody = 64 * 1024;
    private const string Nothing = "nothing was answered";
    private const int LongestQuote = 200;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    // A server that hangs on its first request may answer the second.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>Asks until the answer is good: a status of 200 to 299.</summary>
    /// <param name="url">The address.</param>
    /// <param name="timeout">How long to ask.</param>
    /// <param name="token">Ends it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="EmrSimException">ApplicationUnhealthy, with what was answered last; InvalidArgument.</exception>
    internal static async Task<HealthAnswer> WaitAsync(Uri url, TimeSpan timeout, CancellationToken token, TimeProvider? time = null)
    {
        Require(url);
        time ??= TimeProvider.System;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = !url.IsLoopback, PooledConnectionLifetime = TimeSpan.Zero })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestBody,
        };
        long started = time.GetTimestamp();
        string last = Nothing;
        while (timeout - time.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            using var limit = new CancellationTokenSource(left < s_patience ? left : s_patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
            try
            {
                (HealthAnswer? good, last) = await AskAsync(client, url, both.Token).ConfigureAwait(false);
                if (good is not null) return good;
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                // The last question may be cut off by the limit: what was answered before says more.
                if (left >= s_patience || last == Nothing) last = "nothing was answered in time";
            }
            catch (HttpRequestException e)
            {
                last = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "the connection was refused" : e.Message;
            }

            TimeSpan rest = timeout - time.GetElapsedTime(started);
            if (rest > TimeSpan.Zero) await Task.Delay(rest < s_interval ? rest : s_interval, time, token).ConfigureAwait(false);
        }

        throw new EmrSimException(
            ErrorCode.ApplicationUnhealthy,
            $"'{url}' did not become healthy within {timeout.TotalSeconds:0.#} seconds; last: {last}. Look at the application's own log.",
            url.ToString());
    }

    /// <summary>Refuses what cannot be asked.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static Uri Require(Uri? url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" }
        ? url
        : throw new EmrSimException(ErrorCode.InvalidArgument, "The health URL must be a whole address of http or https without a user and a password.");

    private static async Task<(HealthAnswer? Good, string Said)> AskAsync(HttpClient client, Uri url, CancellationToken token)
    {
        using HttpResponseMessage answer = await client.GetAsync(url, HttpCompletionOption.ResponseContentRead, token).ConfigureAwait(false);
        // Servers give their text names that .NET does not know, such as utf8, and all that is looked for is ASCII.
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync(token).ConfigureAwait(false);
        string body = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
        int status = (int)answer.StatusCode;
        string said = $"{status} {(HttpStatusCode)status}: {Quote(body)}";
        if (!answer.IsSuccessStatusCode) return (null, said);
        (string? storage, bool? inMemory) = StorageMode.Of(body);
        return (new HealthAnswer(status, storage, inMemory), said);
    }

    private static string Quote(string body)
    {
        string line = string.Join(' ', body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? "no body" : line.Length <= LongestQuote ? line : line[..LongestQuote] + "…";
    }
}
