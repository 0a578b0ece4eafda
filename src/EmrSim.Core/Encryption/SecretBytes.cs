using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace EmrSim.Core.Encryption;

/// <summary>A secret in memory that the collector does not copy about, and that is zero when it is no longer needed.</summary>
internal sealed class SecretBytes(int length) : IDisposable
{
    // Half a surrogate pair has no UTF-8 form; replaced by a question mark it would match other passphrases.
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes themselves, for libraries that take nothing else.</summary>
    internal byte[] Array { get; } = GC.AllocateArray<byte>(length, pinned: true);

    internal Span<byte> Span => Array;

    /// <summary>The UTF-8 form of a passphrase, which is what age takes.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static unsafe SecretBytes Of(SecureString secret)
    {
        nint text = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            var characters = new ReadOnlySpan<char>((void*)text, secret.Length);
            var bytes = new SecretBytes(s_strict.GetByteCount(characters));
            s_strict.GetBytes(characters, bytes.Span);
            return bytes;
        }
        catch (EncoderFallbackException)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "The passphrase is no valid Unicode text.");
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(text);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(Array);
}
