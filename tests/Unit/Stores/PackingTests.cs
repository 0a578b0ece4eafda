using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>A file is packed by several threads, or by one where an application needs the other processor.</summary>
public sealed class PackingTests : IDisposable
{
    private const int Frame = 2 * 1024 * 1024;

    private static readonly StoredForm s_form = new(EmrCompression.Zstd, 1, null);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Frame)]
    [InlineData((5 * Frame) + 7)]
    public void One_thread_packs_what_several_pack(int length)
    {
        byte[] plain = new byte[length];
        new Random(length).NextBytes(plain.AsSpan(0, length / 3));
        File.WriteAllBytes(_folder.File("plain"), plain);

        PackedFile several = Pack("several", sideBySide: true), one = Pack("one", sideBySide: false);

        Assert.Equal(several, one);
        Assert.Equal(File.ReadAllBytes(_folder.File("several")), File.ReadAllBytes(_folder.File("one")));
        using Stream stored = StoredFile.OpenRead(_folder.File("one"));
        Assert.Equal(one.Plain, StoredFile.Unpack(stored, "one", _folder.File("again"), EmrCompression.Zstd, length, Meter(), CancellationToken.None));
        Assert.Equal(plain, File.ReadAllBytes(_folder.File("again")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stop_ends_the_packing(bool sideBySide)
    {
        File.WriteAllBytes(_folder.File("plain"), new byte[5 * Frame]);
        using var stop = new CancellationTokenSource();
        var stopping = new ProgressMeter(new Synchronous(_ => stop.Cancel()), "", "", 0);

        Assert.ThrowsAny<OperationCanceledException>(() => StoredFile.Pack(
            _folder.File("plain"), _folder.File("packed"), s_form, stopping, stop.Token, sideBySide));
    }

    private PackedFile Pack(string name, bool sideBySide) => StoredFile.Pack(
        _folder.File("plain"), _folder.File(name), s_form, Meter(), CancellationToken.None, sideBySide);

    private static ProgressMeter Meter() => new(null, "", "", 0);
}
