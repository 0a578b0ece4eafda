using Azure.Core;
using Azure.Identity;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>Asks another credential for a token, but not for ever: where there is no identity, the search for one can take minutes.</summary>
internal sealed class PatientCredential(TokenCredential inner, TimeSpan timeout) : TokenCredential
{
    /// <inheritdoc/>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(timeout);
        try
        {
            return inner.GetToken(requestContext, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CredentialUnavailableException("No identity was found in time.");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(timeout);
        try
        {
            return await inner.GetTokenAsync(requestContext, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CredentialUnavailableException("No identity was found in time.");
        }
    }
}
