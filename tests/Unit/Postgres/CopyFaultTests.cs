using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>Copies that are cut, huge fields, and rows of every length.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class CopyFaultTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task M44_A_server_that_ends_in_the_middle_of_a_copy_is_a_lost_connection(bool kill)
    {
        using PostgresCluster cluster = PostgresCluster.Start();
        PostgresDatabase database = cluster.CreateDatabase();
        database.Run("CREATE TABLE t(a int, b bytea)");
        await using (PostgresSession session = await OpenAsync(database.Uri))
        {
            await AssertLostAsync(() => WriteForeverAsync(session, () => cluster.Stop(kill)));
        }

        cluster.Restart();
        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
        await using (PostgresSession session = await OpenAsync(database.Uri))
        {
            await AssertLostAsync(() => ReadForeverAsync(session, () => cluster.Stop(kill)));
        }
    }

    [Fact]
    public async Task M44_A_connection_that_is_cut_in_the_middle_of_a_copy_is_lost_and_leaves_no_row()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run("CREATE TABLE t(a int, b bytea)");
        using (var proxy = new TcpProxy(database.Cluster.Port) { Upstream = static (_, before) => before < 3 * Megabyte })
        {
            await using PostgresSession session = await OpenAsync(database.UriAt(proxy.Port));
            await AssertLostAsync(() => WriteForeverAsync(session, static () => { }));
        }

        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
        using (var proxy = new TcpProxy(database.Cluster.Port) { Downstream = static (_, before) => before < 3 * Megabyte })
        {
            await using PostgresSession session = await OpenAsync(database.UriAt(proxy.Port));
            await AssertLostAsync(() => ReadForeverAsync(session, static () => { }));
        }
    }

    [Fact]
    public async Task A_stop_ends_the_writing_of_a_copy_and_leaves_no_row()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run("CREATE TABLE t(a int, b bytea)");
        await using PostgresSession session = await OpenAsync(database.Uri);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WriteForeverAsync(session, stop.Cancel, stop.Token));
        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task M17_A_field_of_200_MB_goes_in_and_out_and_is_held_once()
    {
        const int Length = 200 * Megabyte;
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run("CREATE TABLE t(a int, b bytea); ALTER TABLE t ALTER b SET STORAGE EXTERNAL");
        await using PostgresSession session = await OpenAsync(database.Uri);
        byte[] block = RandomNumberGenerator.GetBytes(Megabyte);
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await using (CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", default))
        {
            copy.Write(Row(1, Length));
            for (int i = 0; i < Length / Megabyte; i++)
            {
                block[0] = (byte)i;
                sent.AppendData(block);
                copy.Write(block);
            }

            copy.Write(Row(2, 3));
            copy.Write([1, 2, 3]);
            await copy.CompleteAsync();
        }

        await using CopyOut back = await session.CopyOutAsync("COPY (SELECT a, b FROM t ORDER BY a) TO STDOUT (FORMAT binary)", default);
        // All of a copy's reading is done by the thread that asks.
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(back.Next());
        Assert.Equal(Length, back.Field(1).Length);
        Assert.Equal(sent.GetHashAndReset(), SHA256.HashData(back.Field(1)));
        Assert.True(back.Next());
        Assert.Equal([1, 2, 3], back.Field(1).ToArray());
        Assert.False(back.Next());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Length, Length * 11L / 10);
    }

    [Fact]
    public async Task Rows_of_every_length_and_NULLs_come_back_as_they_were_sent()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run("CREATE TABLE t(a int, b bytea, c bytea)");
        await using PostgresSession session = await OpenAsync(database.Uri);
        // Around the lengths of the buffers on both sides, and small ones between them.
        Gen<int> lengths = Gen.Frequency((6, Gen.Int[-1, 40]), (1, Gen.Int[8100, 8300]), (1, Gen.Int[65_400, 65_700]), (1, Gen.Int[520_000, 530_000]));
        await Gen.Select(lengths, lengths).Array[1, 60].SampleAsync(
            async rows =>
            {
                await session.ExecuteAsync("TRUNCATE t", default);
                await using (CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", default))
                {
                    for (int i = 0; i < rows.Length; i++) copy.Write(Row(i, Content(i, rows[i].Item1), Content(i + 1, rows[i].Item2)));
                    await copy.CompleteAsync();
                }

                await using CopyOut back = await session.CopyOutAsync("COPY (SELECT a, b, c FROM t ORDER BY a) TO STDOUT (FORMAT binary)", default);
                for (int i = 0; i < rows.Length; i++)
                {
                    Assert.True(back.Next());
                    Assert.Equal(i, BinaryPrimitives.ReadInt32BigEndian(back.Field(0)));
                    AssertField(back, 1, Content(i, rows[i].Item1));
                    AssertField(back, 2, Content(i + 1, rows[i].Item2));
                }

                Assert.False(back.Next());
            },
            iter: 25,
            threads: 1);
    }

    [Fact]
    public async Task Many_rows_are_read_without_an_allocation_for_any_of_them()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        await using PostgresSession session = await OpenAsync(database.Uri);
        await using CopyOut copy = await session.CopyOutAsync("COPY (SELECT i, repeat('x', i % 100), NULL::int FROM generate_series(1, 200000) i) TO STDOUT (FORMAT binary)", default);
        Assert.True(copy.Next());
        long before = GC.GetAllocatedBytesForCurrentThread(), bytes = 0;
        int rows = 1;
        for (; copy.Next(); rows++) bytes += copy.Field(1).Length;
        Assert.Equal((200_000, 9_900_000 - 1), (rows, bytes));
        // Npgsql may need something for a buffer, and the smallest object of .NET has 24 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, rows * 10L);
    }

    private static Task<PostgresSession> OpenAsync(string uri) => PostgresSession.OpenAsync(PostgresTarget.Parse(uri), default);

    private static async Task AssertLostAsync(Func<Task> work) =>
        Assert.Equal(ErrorCode.PostgresConnectionLost, (await Assert.ThrowsAsync<EmrSimException>(work)).ErrorCode);

    private static async Task WriteForeverAsync(PostgresSession session, Action after, CancellationToken token = default)
    {
        await using CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", token);
        byte[] row = Row(1, new byte[1000]);
        for (int i = 0; i < 1_000_000; i++)
        {
            if (i == 2000) after();
            copy.Write(row);
        }

        await copy.CompleteAsync();
    }

    private static async Task ReadForeverAsync(PostgresSession session, Action after)
    {
        await using CopyOut copy = await session.CopyOutAsync("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 10000000)) TO STDOUT (FORMAT binary)", default);
        for (int i = 0; copy.Next(); i++)
        {
            if (i == 2000) after();
        }
    }

    private static void AssertField(CopyOut copy, int field, byte[]? expected)
    {
        Assert.Equal(expected is null, copy.IsNull(field));
        if (expected is not null) Assert.True(copy.Field(field).SequenceEqual(expected));
    }

    private static byte[]? Content(int seed, int length)
    {
        if (length < 0) return null;
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)(seed + i * 31 + (i >> 8));
        return bytes;
    }

    // A row whose second field is still to come.
    private static byte[] Row(int id, int length)
    {
        var row = new byte[14];
        BinaryPrimitives.WriteInt16BigEndian(row, 2);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(2), 4);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(6), id);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(10), length);
        return row;
    }

    private static byte[] Row(int id, params byte[]?[] fields)
    {
        using var row = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt16BigEndian(number, (short)(fields.Length + 1));
        row.Write(number[..2]);
        BinaryPrimitives.WriteInt32BigEndian(number, 4);
        row.Write(number);
        BinaryPrimitives.WriteInt32BigEndian(number, id);
        row.Write(number);
        foreach (byte[]? field in fields)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, field?.Length ?? -1);
            row.Write(number);
            row.Write(field);
        }

        return row.ToArray();
    }
}
