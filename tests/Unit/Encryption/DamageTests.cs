using CsCheck;
using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Encryption;

/// <summary>What is done to an encrypted file is refused, with the code of what was done.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class DamageTests : IDisposable
{
    private const int Chunk = ChunkCipher.PlainLength;

    // Around the ends of chunks, where the rules change.
    private static readonly Gen<int> s_length =
        Gen.Select(Gen.Int[0, 3], Gen.OneOf(Gen.Int[-20, 20], Gen.Int[0, Chunk])).Select((chunks, over) => Math.Max(0, chunks * Chunk + over));

    private readonly AgeFixture _fixture = new();

    [Fact]
    public void Any_length_comes_back_in_whatever_portions_it_is_written_and_read() =>
        Gen.Select(s_length, Gen.Int[1, 3 * Chunk], Gen.Int[1, 3 * Chunk], Gen.Int).Sample(
            (length, written, read, seed) =>
            {
                byte[] plain = Plain(length, seed);
                var file = new MemoryStream();
                using (AgeWriter writer = AgeFile.Encrypt(file, _fixture.Encryption, leaveOpen: true))
                {
                    foreach (byte[] part in plain.Chunk(written)) writer.Write(part);
                    writer.Complete();
                }

                Assert.Equal(Math.Max(1, (length + Chunk - 1) / Chunk) * Aead.TagLength + length, file.Length - AgeFixture.PayloadStart(file.ToArray()));
                using AgeReader reader = AgeFile.Decrypt(new TrickleStream(file.ToArray()), _fixture.Decryption, "app.age");
                var found = new MemoryStream();
                reader.CopyTo(found, read);
                Assert.True(plain.AsSpan().SequenceEqual(found.ToArray()));
            },
            iter: 300);

    [Fact]
    public void Any_changed_byte_of_a_chunk_is_a_damage() =>
        Gen.Select(s_length, Gen.Double[0, 1], Gen.Int[1, 255], Gen.Int).Sample(
            (length, where, change, seed) =>
            {
                byte[] plain = Plain(length, seed);
                byte[] file = _fixture.Encrypt(plain);
                int start = AgeFixture.PayloadStart(file);
                file[start + (int)(where * (file.Length - start - 1))] ^= (byte)change;
                Assert.Equal(ErrorCode.EncryptedFileDamaged, _fixture.Refusal(file, plain));
            },
            iter: 300);

    [Fact]
    public void Any_changed_byte_of_the_header_or_the_nonce_is_refused()
    {
        byte[] plain = Plain(100, 1);
        byte[] file = _fixture.Encrypt(plain);
        int start = AgeFixture.PayloadStart(file);
        for (int at = 0; at < start; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= 1;
            ErrorCode code = _fixture.Refusal(changed, plain);

            // A wrapped key that was changed is like one for somebody else. A chunk under another nonce is like any that is not authentic.
            ErrorCode[] expected = at >= start - ChunkCipher.SaltLength
                ? [ErrorCode.EncryptedFileTruncated, ErrorCode.EncryptedFileDamaged]
                : [ErrorCode.EncryptedHeaderDamaged, ErrorCode.WrongKey];
            Assert.Contains(code, expected);
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_truncated() =>
        Gen.Select(s_length, Gen.Double[0, 1], Gen.Int).Sample(
            (length, where, seed) =>
            {
                byte[] plain = Plain(length, seed);
                byte[] file = _fixture.Encrypt(plain);
                Assert.Equal(ErrorCode.EncryptedFileTruncated, _fixture.Refusal(file[..(int)(where * (file.Length - 1))], plain));
            },
            iter: 300);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(2 * Chunk)]
    public void A_file_that_is_cut_off_near_an_edge_is_truncated(int length)
    {
        byte[] plain = Plain(length, 5);
        byte[] file = _fixture.Encrypt(plain);
        int start = AgeFixture.PayloadStart(file);
        int[] lengths = [.. Enumerable.Range(0, start + 2), file.Length - 1, file.Length - 15, file.Length - 16, file.Length - 17];
        foreach (int left in lengths.Where(l => l < file.Length)) Assert.Equal(ErrorCode.EncryptedFileTruncated, _fixture.Refusal(file[..left], plain));
        for (int end = start + ChunkCipher.SealedLength; end < file.Length; end += ChunkCipher.SealedLength)
        {
            foreach (int left in new[] { end - 1, end, end + 1, end + 15, end + 16 }.Where(l => l < file.Length))
            {
                Assert.Equal(ErrorCode.EncryptedFileTruncated, _fixture.Refusal(file[..left], plain));
            }
        }
    }

    [Fact]
    public void Chunks_in_another_order_are_misplaced() =>
        Gen.Select(Gen.Int[2, 6], Gen.OneOf(Gen.Const(0), Gen.Int[1, Chunk - 1]), Gen.Int, Gen.Bool).Sample(
            (count, over, seed, seekable) =>
            {
                byte[] plain = Plain(count * Chunk + over, seed);
                (byte[] head, byte[][] chunks) = AgeFixture.Split(_fixture.Encrypt(plain));
                byte[][] shuffled = [.. chunks];
                new Random(seed).Shuffle(shuffled);
                if (shuffled.SequenceEqual(chunks)) shuffled = [.. shuffled[1..], shuffled[0]];

                byte[] file = [.. head, .. shuffled.SelectMany(c => c)];
                Assert.Equal(ErrorCode.EncryptedChunkMisplaced, AgeFixture.Refusal(new TrickleStream(file, seekable), _fixture.Decryption, plain));
            },
            iter: 60);

    [Fact]
    public void A_chunk_that_stands_twice_is_misplaced_and_one_that_is_missing_too() =>
        Gen.Select(Gen.Int[3, 6], Gen.OneOf(Gen.Const(0), Gen.Int[1, Chunk - 1]), Gen.Int, Gen.Bool).Sample(
            (count, over, seed, twice) =>
            {
                byte[] plain = Plain(count * Chunk + over, seed);
                (byte[] head, byte[][] chunks) = AgeFixture.Split(_fixture.Encrypt(plain));
                int at = (seed & int.MaxValue) % (chunks.Length - 1);
                byte[][] changed = twice ? [.. chunks[..(at + 1)], .. chunks[at..]] : [.. chunks[..at], .. chunks[(at + 1)..]];

                Assert.Equal(ErrorCode.EncryptedChunkMisplaced, _fixture.Refusal([.. head, .. changed.SelectMany(c => c)], plain));
            },
            iter: 60);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 5)]
    [InlineData(2 * Chunk - 1)]
    public void What_is_added_behind_the_end_is_trailing_data(int length)
    {
        byte[] plain = Plain(length, 3);
        byte[] file = _fixture.Encrypt(plain);
        byte[][] chunks = AgeFixture.Split(file).Chunks;
        byte[][] added = [[0], "\r\n"u8.ToArray(), new byte[15], new byte[16], new byte[Chunk], chunks[0], chunks[^1], file, Plain(20 * Chunk, 4)];

        foreach (byte[] tail in added) Assert.Equal(ErrorCode.EncryptedTrailingData, _fixture.Refusal([.. file, .. tail], plain));
    }

    [Fact]
    public void A_last_chunk_that_is_empty_behind_others_is_a_damage()
    {
        // No writer makes it, so it is made by hand: a full chunk that is not the last, then an empty one that is.
        byte[] file = _fixture.Encrypt(Plain(2 * Chunk, 1));
        (byte[] head, byte[][] chunks) = AgeFixture.Split(file);
        using SecretBytes key = new HeaderKey(HeaderParser.Parse(file, "app.age"), "app.age").Unwrap(_fixture.Decryption, TestContext.Current.CancellationToken);
        using var cipher = new ChunkCipher(key.Span, head.AsSpan(head.Length - ChunkCipher.SaltLength));
        byte[] last = new byte[Aead.TagLength];
        cipher.Seal(1, last: true, [], last);

        Assert.Equal(ErrorCode.EncryptedFileDamaged, _fixture.Refusal([.. head, .. chunks[0], .. last], Plain(2 * Chunk, 1)));
    }

    [Fact]
    public void A_sector_that_was_overwritten_is_a_damage()
    {
        byte[] plain = Plain(3 * Chunk + 10, 1);
        byte[] file = _fixture.Encrypt(plain);
        file.AsSpan(AgeFixture.PayloadStart(file) + Chunk, 4096).Clear();

        Assert.Equal(ErrorCode.EncryptedFileDamaged, _fixture.Refusal(file, plain));
    }

    [Fact]
    public void A_chunk_from_far_away_is_misplaced()
    {
        byte[] plain = new byte[600 * Chunk + 7];
        (byte[] head, byte[][] chunks) = AgeFixture.Split(_fixture.Encrypt(plain));
        (chunks[2], chunks[590]) = (chunks[590], chunks[2]);

        Assert.Equal(ErrorCode.EncryptedChunkMisplaced, _fixture.Refusal([.. head, .. chunks.SelectMany(c => c)], plain));
    }

    public void Dispose() => _fixture.Dispose();

    private static byte[] Plain(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
