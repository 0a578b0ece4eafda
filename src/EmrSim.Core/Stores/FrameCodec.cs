using ZstdSharp;
using ZstdSharp.Unsafe;

namespace EmrSim.Core.Stores;

/// <summary>A compressor and the decompressor that checks it, with their memory, for one frame at a time.</summary>
internal sealed class FrameCodec : IDisposable
{
    private readonly Compressor _compressor;
    private readonly Decompressor _decompressor = new();
    private readonly byte[] _unpacked;

    internal FrameCodec(int level, int frameLength)
    {
        _compressor = new Compressor(level);
        // The frame's own checksum lets `zstd -t` find damage without EmrSim.
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        _unpacked = new byte[frameLength];
        PackedBound = Compressor.GetCompressBound(frameLength);
    }

    /// <summary>The most bytes that a frame may take.</summary>
    internal int PackedBound { get; }

    /// <summary>Compresses a frame and proves it.</summary>
    /// <param name="plain">At most a frame's length.</param>
    /// <param name="packed">Gets the frame; as long as <see cref="PackedBound"/>.</param>
    /// <returns>The frame's length.</returns>
    /// <exception cref="InvalidDataException">It does not unpack into what it was made of.</exception>
    internal int Pack(ReadOnlySpan<byte> plain, byte[] packed)
    {
        int length = _compressor.Wrap(plain, packed);
        int unpacked = _decompressor.Unwrap(packed.AsSpan(0, length), _unpacked);
        return plain.SequenceEqual(_unpacked.AsSpan(0, unpacked))
            ? length
            : throw new InvalidDataException("a compressed block does not unpack into what it was made of");
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _decompressor.Dispose();
    }
}
