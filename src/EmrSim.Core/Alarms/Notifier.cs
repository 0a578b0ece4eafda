using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Alarms;

/// <summary>How patient a notifier is.</summary>
/// <param name="Tries">How often it posts before it gives up.</param>
/// <param name="OneTry">How long it waits for an answer.</param>
/// <param name="Total">How long all of it may take.</param>
/// <param name="BackOff">How long it waits after the first try; three times as long after each further one.</param>
internal sealed record NotifyLimits(int Tries, TimeSpan OneTry, TimeSpan Total, TimeSpan BackOff)
{
    internal static NotifyLimits Default { get; } = new(3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));

    /// <summary>After Ctrl-C somebody waits for the prompt.</summary>
    internal static NotifyLimits Hurried { get; } = new(1, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.Zero);
}

/// <summary>Posts notices. Whatever goes wrong is a warning, because the work was done or not done before. Only the host of an address is ever named.</summary>
internal sealed class Notifier(NotifyTarget target, NotifyLimits limits, ILogger logger)
{
    private const int Redirects = 3;
    private const int BackOffFactor = 3;

    /// <summary>Posts a notice, again after a transient failure.</summary>
    /// <returns>Whether the service took it.</returns>
    internal async Task<bool> SendAsync(Notice notice)
    {
        if (target.Address.Scheme == Uri.UriSchemeHttp && !target.Address.IsLoopback) Log.NotificationInClear(logger, target.Host);
        using var total = new CancellationTokenSource(limits.Total);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = limits.OneTry };
        using var client = new HttpClient(handler) { Timeout = limits.OneTry };
        TimeSpan pause = limits.BackOff;
        for (int attempt = 1; ; attempt++)
        {
            (string? reason, bool transient) = await TryAsync(client, notice, total.Token).ConfigureAwait(false);
            if (reason is null)
            {
                Log.NotificationSent(logger, target.Host, notice.Name, attempt);
                return true;
            }

            if (!transient || attempt == limits.Tries || total.IsCancellationRequested || !await PauseAsync(pause, total.Token).ConfigureAwait(false))
            {
                Log.NotificationFailed(
                    logger, target.Host, notice.Name, string.Create(CultureInfo.InvariantCulture, $"{reason} ({attempt} of {limits.Tries} tries)"));
                return false;
            }

            pause *= BackOffFactor;
        }
    }

    private static async Task<bool> PauseAsync(TimeSpan pause, CancellationToken token)
    {
        try
        {
            await Task.Delay(pause, token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<(string? Reason, bool Transient)> TryAsync(HttpClient client, Notice notice, CancellationToken token)
    {
        try
        {
            Uri address = NoticeBody.Address(notice, target);
            for (int hop = 0; ; hop++)
            {
                using HttpResponseMessage answer = await PostAsync(client, address, notice, token).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode) return (null, false);
                if (!IsRedirect(answer.StatusCode) || answer.Headers.Location is null)
                {
                    return (string.Create(CultureInfo.InvariantCulture, $"it answered {(int)answer.StatusCode} {answer.StatusCode}"), IsTransient(answer.StatusCode));
                }

                var next = new Uri(address, answer.Headers.Location);
                // The facts and the address are for the host that was named, and for no other.
                if (!next.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) || next.Scheme != Uri.UriSchemeHttps && next.Scheme != address.Scheme)
                {
                    return ($"it redirects to '{next.Host}', which is not followed", false);
                }

                if (hop == Redirects) return ("it redirects in a circle", false);
                address = next;
            }
        }
        catch (OperationCanceledException)
        {
            return ("it did not answer in time", true);
        }
        catch (HttpRequestException e)
        {
            return (e.InnerException?.Message ?? e.Message, true);
        }
        catch (Exception e) when (e is UriFormatException or InvalidOperationException or IOException)
        {
            // Its message could hold the address.
            return ($"what it answered makes no sense ({e.GetType().Name})", false);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(HttpClient client, Uri address, Notice notice, CancellationToken token)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(NoticeBody.Of(notice, target.Format), Encoding.UTF8, "application/json"),
        };
        message.Headers.UserAgent.ParseAdd("EmrSim");
        if (address.UserInfo.Length > 0)
        {
            byte[] credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo));
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }

        return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
    }

    private static bool IsRedirect(HttpStatusCode code) =>
        code is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static bool IsTransient(HttpStatusCode code) =>
        code is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)code >= (int)HttpStatusCode.InternalServerError;
}
