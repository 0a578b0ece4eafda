using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Scheduling;

/// <summary>Checks of other parts of the engine. A hook that is missing makes its check Inconclusive.</summary>
internal sealed record SelfTestHooks
{
    /// <summary>Refuses a recipient that nothing can be encrypted to.</summary>
    internal Action<string>? RequireRecipient { get; init; } = static recipient => X25519Recipient.Parse(recipient);

    /// <summary>Locks and lists a store on the web, as a backup does. Takes its URL and the path of the file with its secret, if any.</summary>
    internal Func<string, string?, CancellationToken, Task>? ProbeStoreAsync { get; init; } = static (url, secretFile, token) =>
        Task.Run(() => StoreProbe.Run(url, StoreAccess.Of(null, secretFile), TimeProvider.System, token), token);
}
