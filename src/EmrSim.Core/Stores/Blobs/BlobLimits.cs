namespace EmrSim.Core.Stores.Blobs;

/// <summary>How patient a blob store is, and in what portions it works. Knows no type of the service's library.</summary>
internal sealed record BlobLimits
{
    internal static BlobLimits Default { get; } = new();

    /// <summary>How often a request is repeated. With the delays and the timeout a store that is down is given up after about a minute.</summary>
    internal int Retries { get; init; } = 4;

    /// <summary>The pause before the first repetition; it doubles with each.</summary>
    internal TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a small request may stay without an answer.</summary>
    internal TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a block may take on its way: 4 MB at half a megabit a second.</summary>
    internal TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(64);

    /// <summary>How long the search for an identity may take.</summary>
    internal TimeSpan IdentityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The bytes of a block, unless the file would have more blocks than a blob may.</summary>
    internal int BlockLength { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many blocks are on their way at once.</summary>
    internal int Uploads { get; init; } = 4;

    /// <summary>How long a lease lasts without its renewal; the service takes 15 to 60 seconds.</summary>
    internal TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many lines an append blob takes before the next one is begun. The service's own limit is 50 000 blocks.</summary>
    internal int LinesPerBlob { get; init; } = 49_000;
}
