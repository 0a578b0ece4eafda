using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// The ids of a blob's blocks: the block's number as a big-endian 32-bit integer and the SHA-256 of its content, in base64. So whoever
/// uploads the same file again finds the blocks that are there already, and the list of blocks tells what the blob holds.
/// </summary>
internal static class BlockId
{
    private const int NumberLength = sizeof(int);

    internal static string Of(int number, ReadOnlySpan<byte> content)
    {
        Span<byte> id = stackalloc byte[NumberLength + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32BigEndian(id, number);
        SHA256.HashData(content, id[NumberLength..]);
        return Convert.ToBase64String(id);
    }
}
