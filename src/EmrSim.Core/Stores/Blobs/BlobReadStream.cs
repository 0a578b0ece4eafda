namespace EmrSim.Core.Stores.Blobs;

/// <summary>A blob's content from its beginning to its end. The library asks again from where a connection broke off; what is left becomes an error with a code.</summary>
internal sealed class BlobReadStream(Stream source, string location) : Stream
{
    private const string What = "The backup could not be read";

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => BlobErrors.Guard(What, location, () => source.Read(buffer, offset, count));

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
