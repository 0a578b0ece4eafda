using System.Diagnostics.CodeAnalysis;

namespace EmrSim.Core.Files;

/// <summary>Digests as text.</summary>
internal static class Hex
{
    /// <summary>Lower-case hex, the form that sha256sum prints.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "sha256sum's form is lower case.")]
    internal static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
