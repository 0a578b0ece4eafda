using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Encryption;

/// <summary>The vectors of the format's own authors (Vectors/README.md says whence), all but those for armor and post-quantum keys.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class VectorTests : IDisposable
{
    private static readonly string s_folder = FindVectors();

    // A whole chunk that is not followed by what it should be is given away by age, and then refused; here it is refused.
    private static readonly string[] s_refusedEarlier =
    [
        "stream_no_final_full", "stream_no_final_two_chunks_full", "stream_trailing_garbage_long", "stream_trailing_garbage_short",
        "stream_two_final_chunks", "stream_two_final_chunks_full", "stream_two_final_chunks_second",
    ];

    private readonly AgeFixture _fixture = new();

    public static TheoryData<string> Names => [.. Directory.GetFiles(s_folder).Select(f => Path.GetFileName(f)).Where(f => f != "README.md").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_is_read_or_refused_as_its_authors_say(string name)
    {
        Vector vector = Vector.Read(Path.Combine(s_folder, name));
        if (vector.Expect == "success")
        {
            Assert.Equal(vector.Payload, Hex.Of(SHA256.HashData(AgeFixture.Decrypt(vector.File, Keys(vector)))));
            return;
        }

        (ErrorCode code, byte[] released) = Refuse(vector);

        ErrorCode[] expected = vector.Expect switch
        {
            // A header that ends too early is damaged by being cut off.
            "header failure" => [ErrorCode.EncryptedHeaderDamaged, ErrorCode.EncryptedFileTruncated],
            "HMAC failure" => [ErrorCode.EncryptedHeaderDamaged],
            "no match" => [ErrorCode.WrongKey, ErrorCode.WrongPassphrase],
            "payload failure" =>
                [ErrorCode.EncryptedFileTruncated, ErrorCode.EncryptedFileDamaged, ErrorCode.EncryptedTrailingData, ErrorCode.EncryptedChunkMisplaced],
            _ => [],
        };
        Assert.Contains(code, expected);
        if (s_refusedEarlier.Contains(name)) Assert.True(released.Length % ChunkCipher.PlainLength == 0);
        else if (vector.Payload is not null) Assert.Equal(vector.Payload, Hex.Of(SHA256.HashData(released)));
    }

    [Theory]
    [InlineData("stream_no_final_full", ErrorCode.EncryptedFileTruncated)]
    [InlineData("stream_no_final_two_chunks_full", ErrorCode.EncryptedFileTruncated)]
    [InlineData("stream_no_chunks", ErrorCode.EncryptedFileTruncated)]
    [InlineData("stream_no_nonce", ErrorCode.EncryptedFileTruncated)]
    [InlineData("stream_short_nonce", ErrorCode.EncryptedFileTruncated)]
    [InlineData("stream_trailing_garbage_short", ErrorCode.EncryptedTrailingData)]
    [InlineData("stream_trailing_garbage_long", ErrorCode.EncryptedTrailingData)]
    [InlineData("stream_two_final_chunks_full", ErrorCode.EncryptedTrailingData)]
    [InlineData("stream_two_final_chunks", ErrorCode.EncryptedTrailingData)]
    [InlineData("stream_last_chunk_empty", ErrorCode.EncryptedFileDamaged)]
    [InlineData("stream_bad_tag_second_chunk_full", ErrorCode.EncryptedFileDamaged)]
    [InlineData("scrypt_no_match", ErrorCode.WrongPassphrase)]
    [InlineData("x25519_no_match", ErrorCode.WrongKey)]
    [InlineData("x25519_low_order", ErrorCode.EncryptedHeaderDamaged)]
    [InlineData("scrypt_work_factor_23", ErrorCode.EncryptedHeaderDamaged)]
    public void A_vector_is_refused_with_the_code_of_its_fault(string name, ErrorCode code) =>
        Assert.Equal(code, Refuse(Vector.Read(Path.Combine(s_folder, name))).Code);

    public void Dispose() => _fixture.Dispose();

    private (ErrorCode Code, byte[] Released) Refuse(Vector vector)
    {
        var released = new MemoryStream();
        EmrSimException error = Assert.Throws<EmrSimException>(() =>
        {
            using AgeReader reader = AgeFile.Decrypt(new MemoryStream(vector.File), Keys(vector), "vector");
            reader.CopyTo(released);
        });
        return (error.ErrorCode, released.ToArray());
    }

    private DecryptionKeys Keys(Vector vector) => new()
    {
        // Where a vector names no key, it is refused before one is needed.
        IdentityPath = vector.Identities.Length > 0 ? _fixture.WritePrivate(Guid.NewGuid().ToString("N"), string.Join('\n', vector.Identities)) : null,
        Passphrase = vector.Passphrase is null ? null : AgeFixture.Secret(vector.Passphrase),
    };

    private static string FindVectors()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmrSim.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "Unit", "Encryption", "Vectors");
    }

    private sealed record Vector(string Expect, string? Payload, string[] Identities, string? Passphrase, byte[] File)
    {
        internal static Vector Read(string path)
        {
            byte[] bytes = System.IO.File.ReadAllBytes(path);
            int end = bytes.AsSpan().IndexOf("\n\n"u8);
            ILookup<string, string> facts = Encoding.UTF8.GetString(bytes[..end]).Split('\n').Select(l => l.Split(": ", 2)).ToLookup(p => p[0], p => p[1]);
            byte[] file = bytes[(end + 2)..];
            if (facts["compressed"].Any())
            {
                using var zlib = new ZLibStream(new MemoryStream(file), CompressionMode.Decompress);
                var unpacked = new MemoryStream();
                zlib.CopyTo(unpacked);
                file = unpacked.ToArray();
            }

            return new Vector(facts["expect"].Single(), facts["payload"].SingleOrDefault(), [.. facts["identity"]], facts["passphrase"].FirstOrDefault(), file);
        }
    }
}
