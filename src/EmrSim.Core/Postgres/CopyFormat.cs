namespace EmrSim.Core.Postgres;

/// <summary>What frames the rows in the binary COPY format.</summary>
internal static class CopyFormat
{
    /// <summary>The signature, no flags, and an empty extension.</summary>
    internal static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A count of fields of -1.</summary>
    internal static ReadOnlySpan<byte> Trailer => [0xff, 0xff];

    /// <summary>Where the header's extension is counted.</summary>
    internal const int ExtensionOffset = 15;
}
