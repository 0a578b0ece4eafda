using System.Net;
using System.Security;
using System.Text;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Encryption.Support;

/// <summary>A key, and files encrypted to it in memory.</summary>
public sealed class AgeFixture : IDisposable
{
    /// <summary>The work factor of quick tests: age's own takes a second.</summary>
    internal const int QuickWorkFactor = 4;

    private readonly TempFolder _folder = new();

    public AgeFixture()
    {
        IdentityPath = File("key.txt");
        Recipient = NewKey("key.txt");
    }

    internal string IdentityPath { get; }

    internal string Recipient { get; }

    internal EncryptionKeys Encryption => new() { Recipients = [Recipient] };

    internal DecryptionKeys Decryption => new() { IdentityPath = IdentityPath };

    internal string Folder => _folder.Path;

    internal static SecureString Secret(string text) => new NetworkCredential("", text).SecurePassword;

    internal string File(string name) => _folder.File(name);

    /// <summary>Makes an identity file and gives its recipient.</summary>
    internal string NewKey(string name) =>
        new BackupKeyEngine(TimeProvider.System).CreateAsync(new BackupKeyRequest(File(name)), CancellationToken.None).Result.Recipient;

    /// <summary>Writes a file that only its owner can read.</summary>
    internal string WritePrivate(string name, string content)
    {
        SecretFile.WriteNew(File(name), content);
        return File(name);
    }

    internal byte[] Encrypt(ReadOnlySpan<byte> plain) => Encrypt(plain, Encryption);

    internal static byte[] Encrypt(ReadOnlySpan<byte> plain, EncryptionKeys keys, int workFactor = QuickWorkFactor)
    {
        var target = new MemoryStream();
        using AgeWriter writer = AgeFile.Encrypt(target, keys, leaveOpen: true, workFactor);
        writer.Write(plain);
        writer.Complete();
        return target.ToArray();
    }

    internal byte[] Decrypt(byte[] file) => Decrypt(file, Decryption);

    internal static byte[] Decrypt(byte[] file, DecryptionKeys keys)
    {
        using AgeReader reader = AgeFile.Decrypt(new MemoryStream(file), keys, "app.age");
        var plain = new MemoryStream();
        reader.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>The error of a file that must not be read, after whose first error the reader must go on refusing.</summary>
    internal ErrorCode Refusal(byte[] file, byte[] original) => Refusal(new MemoryStream(file), Decryption, original);

    internal static ErrorCode Refusal(Stream file, DecryptionKeys keys, ReadOnlySpan<byte> original)
    {
        var released = new MemoryStream();
        AgeReader? reader = null;
        try
        {
            reader = AgeFile.Decrypt(file, keys, "app.age");
            reader.CopyTo(released, 100_000);
        }
        catch (EmrSimException first)
        {
            // What was given away before is authentic, and nothing comes after.
            Assert.True(original.StartsWith(released.ToArray()), $"{first.ErrorCode}: it gave bytes that were never written");
            if (reader is not null) Assert.Same(first, Assert.Throws<EmrSimException>(() => reader.Read(new byte[10])));
            return first.ErrorCode;
        }
        finally
        {
            reader?.Dispose();
        }

        throw new InvalidOperationException($"The file was read as if it were whole: {released.Length} bytes.");
    }

    /// <summary>Where the chunks begin, behind header and nonce.</summary>
    internal static int PayloadStart(byte[] file)
    {
        int mac = file.AsSpan().IndexOf("\n--- "u8) + 1;
        return mac + file.AsSpan(mac).IndexOf((byte)'\n') + 1 + ChunkCipher.SaltLength;
    }

    /// <summary>Header with nonce, then the chunks.</summary>
    internal static (byte[] Head, byte[][] Chunks) Split(byte[] file)
    {
        int start = PayloadStart(file);
        return (file[..start], [.. file[start..].Chunk(ChunkCipher.SealedLength)]);
    }

    internal static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => _folder.Dispose();
}
