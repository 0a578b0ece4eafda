using System.Net.Sockets;
using System.Security.Authentication;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// Turns what the service's library throws into errors with a code. Its messages and the exceptions themselves are not passed on: they quote
/// headers, signed texts and answers of the service, which may hold a signature.
/// </summary>
internal static class BlobErrors
{
    private const int LongestWord = 80;

    /// <summary>Calls the service; what it throws becomes an error with a code, a cancellation stays one.</summary>
    /// <param name="what">What is attempted, as the beginning of a sentence.</param>
    /// <param name="location">To what, without any secret.</param>
    /// <param name="call">The call.</param>
    /// <param name="token">The token that the call was given.</param>
    internal static T Guard<T>(string what, string location, Func<T> call, CancellationToken token = default)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (IsForeign(e, token))
        {
            throw Translate(e, what, location);
        }
    }

    /// <summary>The same for calls that do not block.</summary>
    internal static async Task<T> GuardAsync<T>(string what, string location, Func<Task<T>> call, CancellationToken token)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (IsForeign(e, token))
        {
            throw Translate(e, what, location);
        }
    }

    private static bool IsForeign(Exception e, CancellationToken token) => e is not EmrSimException && !(e is OperationCanceledException && token.IsCancellationRequested);

    /// <summary>The error for it.</summary>
    /// <param name="e">Whatever the library threw.</param>
    /// <param name="what">What was attempted, as the beginning of a sentence.</param>
    /// <param name="location">To what, without any secret.</param>
    internal static EmrSimException Translate(Exception e, string what, string location) => Cause(e) switch
    {
        EmrSimException known => known,
        CredentialUnavailableException => NoIdentity(what, location, "Azure knows no identity of this process"),
        AuthenticationFailedException => NoIdentity(what, location, "the identity of this process could not be proved to Azure"),
        RequestFailedException failed => Translate(failed, what, location),
        SocketException socket => Unavailable(what, location, $"it cannot be reached ({socket.SocketErrorCode})"),
        AuthenticationException => Unavailable(what, location, "no secure connection could be made; see its certificate, and this machine's clock"),
        IOException or HttpRequestException => Unavailable(what, location, "the connection broke off"),
        OperationCanceledException or TimeoutException => Unavailable(what, location, "it does not answer"),
        { } other => new EmrSimException(ErrorCode.IoError, $"{what}: the access to '{location}' failed with {other.GetType().Name}.", location),
    };

    /// <summary>Whether a request failed with one of some codes of the service.</summary>
    internal static bool Is(Exception e, params BlobErrorCode[] codes) => Cause(e) is RequestFailedException failed && codes.Any(c => failed.ErrorCode == c);

    /// <summary>The error where the identity of this process is none that the store could know.</summary>
    internal static EmrSimException NoIdentity(string what, string location, string why) => new(
        ErrorCode.StoreAccessDenied,
        $"{what}: {why}, and '{location}' was to be opened without a secret. Give the machine or the Automation account a managed identity with the role " +
        "Storage Blob Data Contributor, sign in with 'az login' or Connect-AzAccount, or give a shared access signature as the store's secret.",
        location);

    private static EmrSimException Translate(RequestFailedException e, string what, string location)
    {
        string answer = Answer(e);
        string code = e.ErrorCode ?? "";
        if (e.Status == 0) return Unavailable(what, location, "it cannot be reached");
        if (e.Status == 507 || code.Contains("Quota", StringComparison.OrdinalIgnoreCase) || code.Contains("Capacity", StringComparison.OrdinalIgnoreCase))
        {
            return new EmrSimException(ErrorCode.StoreFull, $"{what}: '{location}' takes no more data ({answer}). Free some room, or raise the limit of the account.", location);
        }

        if (e.Status is 408 or 429 or >= 500) return Unavailable(what, location, $"it answered {answer}");
        if (code.StartsWith("BlobImmutable", StringComparison.Ordinal))
        {
            return new EmrSimException(
                ErrorCode.AccessDenied,
                $"{what}: a retention policy or a legal hold of the storage account keeps '{location}' as it is ({answer}). It can be changed when that ends.",
                location);
        }

        if (e.Status is 401 or 403 || code == BlobErrorCode.AccountIsDisabled) return Denied(e, what, location, answer);
        if (code == BlobErrorCode.ContainerNotFound || code == BlobErrorCode.ContainerBeingDeleted || code == BlobErrorCode.ContainerDisabled)
        {
            string state = code == BlobErrorCode.ContainerNotFound ? "does not exist" : "is disabled or being deleted";
            return new EmrSimException(ErrorCode.DestinationNotFound, $"{what}: the container of '{location}' {state}. Check the address.", location);
        }

        if (e.Status == 404) return new EmrSimException(ErrorCode.BackupNotFound, $"{what}: there is no '{location}'.", location);
        if (code == BlobErrorCode.BlobArchived || code == BlobErrorCode.BlobBeingRehydrated)
        {
            return new EmrSimException(
                ErrorCode.IoError, $"{what}: '{location}' lies in the archive tier, where nobody can read it. Move it to another tier first; that takes hours.", location);
        }

        if (code == BlobErrorCode.LeaseIdMissing)
        {
            return new EmrSimException(ErrorCode.AccessDenied, $"{what}: somebody holds a lease on '{location}' ({answer}). It can be changed when that ends.", location);
        }

        return e.Status == 412
            ? new EmrSimException(ErrorCode.IoError, $"{what}: '{location}' was replaced by somebody else meanwhile ({answer}). Run again.", location)
            : new EmrSimException(ErrorCode.IoError, $"{what}: '{location}' answered {answer}.", location);
    }

    private static EmrSimException Denied(RequestFailedException e, string what, string location, string answer)
    {
        string code = e.ErrorCode ?? "";
        string advice =
            code == BlobErrorCode.AuthenticationFailed
                ? "The secret is wrong, has expired or does not count yet; or the clock of this machine is wrong by more than 15 minutes." :
            code == BlobErrorCode.AuthorizationFailure || code == BlobErrorCode.AuthorizationSourceIPMismatch
                ? "The signature lacks a right (read, add, create, write, delete and list are needed), or the account's firewall keeps this machine out." :
            code == BlobErrorCode.AuthorizationPermissionMismatch
                ? "The identity needs the role Storage Blob Data Contributor on the container; a signature needs the rights read, add, create, write, delete and list." :
            "Give the identity the role Storage Blob Data Contributor, or a valid secret.";
        return new EmrSimException(ErrorCode.StoreAccessDenied, $"{what}: '{location}' refused it ({answer}). {advice}", location);
    }

    private static EmrSimException Unavailable(string what, string location, string why) => new(
        ErrorCode.StoreUnavailable, $"{what}: '{location}' is not available: {why}. Check the address, the network and the service, then run again.", location);

    // Retries are collected, and what the network said lies below what the library makes of it.
    private static Exception Cause(Exception e) => e switch
    {
        AggregateException { InnerExceptions.Count: > 0 } all => Cause(all.InnerExceptions[^1]),
        RequestFailedException { Status: 0, InnerException: { } inner } => Cause(inner),
        HttpRequestException { InnerException: SocketException or AuthenticationException or IOException or HttpRequestException } http => Cause(http.InnerException!),
        IOException { InnerException: SocketException socket } => socket,
        _ => e,
    };

    // Only words of the service's own vocabulary: a proxy on the way might say anything.
    private static string Answer(RequestFailedException e)
    {
        string request = Word(e.GetRawResponse()?.Headers.RequestId);
        return $"{e.Status}{Prefixed(" ", Word(e.ErrorCode))}{Prefixed(", request ", request)}";
    }

    private static string Word(string? text) =>
        text is { Length: > 0 and <= LongestWord } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? text : "";

    private static string Prefixed(string prefix, string text) => text.Length > 0 ? prefix + text : "";
}
