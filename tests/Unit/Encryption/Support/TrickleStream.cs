namespace EmrSim.Tests.Encryption.Support;

/// <summary>A source that gives fewer bytes than it is asked for, as a network does, and may not tell its length.</summary>
public sealed class TrickleStream(byte[] bytes, bool seekable = false) : MemoryStream(bytes)
{
    private int _reads;

    public override bool CanSeek => seekable;

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, _reads++ % 3 == 0 ? 1 : 70_001));
}
