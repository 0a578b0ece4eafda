using System.Net;
using System.Security;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>Opens a container with a connection string, a shared access signature, or the identity of this process.</summary>
internal static class BlobAccess
{
    private const string What = "The store could not be opened";
    private const int PromisedPatience = 4;

    private static readonly string[] s_connectionWords = ["AccountName=", "BlobEndpoint=", "UseDevelopmentStorage=", "SharedAccessSignature="];

    /// <summary>A client of the container; nothing is asked of it yet.</summary>
    /// <param name="address">Where.</param>
    /// <param name="secret">With what; null for the identity of this process.</param>
    /// <param name="limits">How patiently.</param>
    /// <param name="timeout">How long a request may stay without an answer.</param>
    /// <exception cref="EmrSimException">InvalidArgument, StoreAccessDenied.</exception>
    internal static BlobContainerClient Open(BlobAddress address, SecureString? secret, BlobLimits limits, TimeSpan timeout) =>
        Service(address, Plain(secret), limits, Options(limits, timeout)).GetBlobContainerClient(address.Container);

    private static BlobServiceClient Service(BlobAddress address, string? secret, BlobLimits limits, BlobClientOptions options)
    {
        if (secret is null)
        {
            return address.Service.Scheme == Uri.UriSchemeHttps
                ? new BlobServiceClient(address.Service, new PatientCredential(Identity(), IsIdentityPromised ? limits.IdentityTimeout * PromisedPatience : limits.IdentityTimeout), options)
                : throw BlobErrors.NoIdentity(What, address.Location, "an identity is not proved over http");
        }

        if (s_connectionWords.Any(w => secret.Contains(w, StringComparison.OrdinalIgnoreCase))) return OfConnectionString(address, secret, options);
        string signature = secret.TrimStart('?');
        if (!signature.Contains("sig=", StringComparison.Ordinal) || !signature.Contains("sv=", StringComparison.Ordinal) || signature.Contains("://", StringComparison.Ordinal))
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                "The store's secret is neither a connection string nor a shared access signature. Give the whole connection string, not only the account's key; of a " +
                "signed address give only what follows the question mark.");
        }

        RequireValid(address, signature);
        return new BlobServiceClient(address.Service, new AzureSasCredential(signature), options);
    }

    private static BlobServiceClient OfConnectionString(BlobAddress address, string secret, BlobClientOptions options)
    {
        BlobServiceClient service;
        try
        {
            service = new BlobServiceClient(secret, options);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or UriFormatException or InvalidOperationException)
        {
            // What the parser says may quote the string.
            throw new EmrSimException(ErrorCode.InvalidArgument, "The connection string that was given as the store's secret cannot be read. Copy it again from the account's access keys.");
        }

        return BlobAddress.IsSameService(service.Uri, address.Service) ? service : throw new EmrSimException(
            ErrorCode.InvalidArgument,
            $"The connection string is of another account than '{address.Location}': it leads to '{service.Uri.GetLeftPart(UriPartial.Path)}'. Nothing was done.",
            address.Location);
    }

    // The service says only that the authentication failed, which could be many things.
    private static void RequireValid(BlobAddress address, string signature)
    {
        string? end = signature.Split('&').FirstOrDefault(p => p.StartsWith("se=", StringComparison.Ordinal))?[3..];
        if (end is null || !DateTimeOffset.TryParse(Uri.UnescapeDataString(end), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out DateTimeOffset expiry) || expiry > TimeProvider.System.GetUtcNow()) return;
        throw new EmrSimException(
            ErrorCode.StoreAccessDenied,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{What}: the shared access signature for '{address.Location}' expired at {expiry.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z. Make a new one."),
            address.Location);
    }

    private static BlobClientOptions Options(BlobLimits limits, TimeSpan timeout)
    {
        var options = new BlobClientOptions
        {
            Retry = { Mode = RetryMode.Exponential, MaxRetries = limits.Retries, Delay = limits.Delay, MaxDelay = limits.Delay * 8, NetworkTimeout = timeout },
        };
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        return options;
    }

    // Azure Automation and App Service say where their identity is to be had: it is there, however busy the machine may be. Elsewhere nobody may be.
    private static bool IsIdentityPromised => Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT") is { Length: > 0 };

    private static DefaultAzureCredential Identity()
    {
        var options = new DefaultAzureCredentialOptions
        {
            // A job must never wait for a person.
            ExcludeInteractiveBrowserCredential = true,
            ExcludeVisualStudioCredential = true,
            ExcludeAzureDeveloperCliCredential = true,
            CredentialProcessTimeout = TimeSpan.FromSeconds(10),
            Retry = { MaxRetries = IsIdentityPromised ? PromisedPatience : 1, NetworkTimeout = TimeSpan.FromSeconds(10) },
        };
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        return new DefaultAzureCredential(options);
    }

    private static string? Plain(SecureString? secret) => secret is null ? null : new NetworkCredential("", secret).Password.Trim();
}
