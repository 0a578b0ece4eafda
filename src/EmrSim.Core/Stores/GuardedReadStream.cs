namespace EmrSim.Core.Stores;

/// <summary>A stored file from its beginning to its end; what goes wrong while it is read becomes an error with a code.</summary>
/// <param name="source">Where the bytes come from; closed with this.</param>
/// <param name="guard">Makes a call and translates what it throws.</param>
internal sealed class GuardedReadStream(Stream source, Func<Func<int>, int> guard) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => guard(() => source.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
