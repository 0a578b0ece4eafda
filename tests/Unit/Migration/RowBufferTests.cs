using EmrSim.Core.Migration.Copying;

namespace EmrSim.Tests.Migration;

/// <summary>Rows of COPY in memory.</summary>
public sealed class RowBufferTests
{
    [Fact]
    public void M17_Fields_behind_a_huge_one_do_not_move_it_again_and_again()
    {
        const int huge = 20_000_000;
        byte[] value = new byte[huge];
        var buffer = new RowBuffer();
        long before = GC.GetAllocatedBytesForCurrentThread();

        buffer.Bytes(value);
        for (int i = 0; i < 1000; i++) buffer.Int64(i);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, huge, 2 * huge);
        Assert.Equal(sizeof(int) + huge + (1000 * (sizeof(int) + sizeof(long))), buffer.Written.Length);
    }
}
