using System.Text.RegularExpressions;
using EmrSim.Core.Files;

namespace EmrSim.Core.Alarms;

/// <summary>Who is to be notified. The address is a secret: whoever knows it can post to it.</summary>
/// <param name="Uri">The address; null where a file holds it.</param>
/// <param name="UriFile">The absolute path of a file that holds the address and that only its owner can read.</param>
/// <param name="Format">The form that the service wants.</param>
public sealed record NotifyRequest(string? Uri, string? UriFile, EmrNotifyFormat Format)
{
    /// <summary>Without the address, which is a secret.</summary>
    public override string ToString() => $"a notification as {Format}";
}

/// <summary>An address with the form that it wants.</summary>
/// <param name="Address">The address, a secret.</param>
/// <param name="Format">Any but Auto.</param>
internal sealed partial record NotifyTarget(Uri Address, EmrNotifyFormat Format)
{
    private static readonly string[] s_slack = ["hooks.slack.com", "hooks.slack-gov.com"];
    private static readonly string[] s_teams = [".webhook.office.com", ".logic.azure.com", ".api.powerplatform.com", ".logic.azure.us"];
    private static readonly string[] s_healthchecks = ["hc-ping.com", "healthchecks.io"];

    /// <summary>What may be said of the address.</summary>
    internal string Host => Address.Host;

    /// <summary>Finds out who is meant.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, SecretNotFound, SecretExposed, AccessDenied, IoError. None of them tells the address.</exception>
    internal static NotifyTarget From(NotifyRequest request)
    {
        if (request.Uri is not null && request.UriFile is not null)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "Nobody was notified: give either -NotifyUri or -NotifyUriFile.");
        }

        string text = request.Uri ?? SecretFile.Read(request.UriFile!).Trim();
        if (!System.Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("https" or "http") || address.Host.Length == 0)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "Nobody was notified: the address is none that begins with https://.", request.UriFile);
        }

        return new NotifyTarget(address, request.Format == EmrNotifyFormat.Auto ? Detect(address) : request.Format);
    }

    /// <summary>Without the address, which is a secret.</summary>
    public override string ToString() => $"{Host} ({Format})";

    private static EmrNotifyFormat Detect(Uri address)
    {
        string host = address.IdnHost;
        return
            s_slack.Contains(host, StringComparer.OrdinalIgnoreCase) ? EmrNotifyFormat.Slack :
            s_teams.Any(t => host.EndsWith(t, StringComparison.OrdinalIgnoreCase)) ? EmrNotifyFormat.Teams :
            s_healthchecks.Contains(host, StringComparer.OrdinalIgnoreCase) || PingPath().IsMatch(address.AbsolutePath) ? EmrNotifyFormat.Healthchecks :
            EmrNotifyFormat.Generic;
    }

    // Where a server of one's own receives what hc-ping.com does: /ping/<uuid>.
    [GeneratedRegex("/ping/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PingPath();
}
