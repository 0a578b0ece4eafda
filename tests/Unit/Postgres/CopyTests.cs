using System.Buffers.Binary;
using System.Text;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>Rows in PostgreSQL's binary format, to a real server and back.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class CopyTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 0)]
    [InlineData(5000, 700)]
    [InlineData(3, 2_000_000)]
    public async Task Rows_come_back_as_they_were_sent(int rows, int length)
    {
        await using PostgresSession session = await OpenAsync();
        await session.ExecuteAsync("CREATE TABLE t(id int, x text)", default);
        await SendAsync(session, rows, length);

        Assert.Equal(rows, await session.ScalarAsync<long>("SELECT count(*) FROM t", default));
        await using CopyOut copy = await session.CopyOutAsync("COPY (SELECT id, x, NULL::int FROM t ORDER BY id) TO STDOUT (FORMAT binary)", default);
        for (int i = 0; i < rows; i++)
        {
            Assert.True(copy.Next());
            Assert.Equal(3, copy.FieldCount);
            Assert.Equal(i, BinaryPrimitives.ReadInt32BigEndian(copy.Field(0)));
            Assert.Equal(new string((char)('a' + i % 26), length), Encoding.UTF8.GetString(copy.Field(1)));
            Assert.True(copy.IsNull(2));
        }

        Assert.False(copy.Next());
        Assert.False(copy.Next());
    }

    [Fact]
    public async Task A_copy_that_is_given_up_leaves_no_row_and_the_session_goes_on()
    {
        await using PostgresSession session = await OpenAsync();
        await session.ExecuteAsync("CREATE TABLE t(id int, x text)", default);
        await using (CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", default)) copy.Write(Row(1, "x"));

        Assert.Equal(0, await session.ScalarAsync<long>("SELECT count(*) FROM t", default));
        await SendAsync(session, 50_000, 100);
        await using (CopyOut copy = await session.CopyOutAsync("COPY t TO STDOUT (FORMAT binary)", default)) Assert.True(copy.Next());
        Assert.Equal(50_000, await session.ScalarAsync<long>("SELECT count(*) FROM t", default));
    }

    [Fact]
    public async Task What_the_server_refuses_is_an_error_that_says_so()
    {
        await using PostgresSession session = await OpenAsync();
        await session.ExecuteAsync("CREATE TABLE t(id int PRIMARY KEY, x text)", default);
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(async () =>
        {
            await using CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", default);
            copy.Write(Row(1, "x"));
            copy.Write(Row(1, "y"));
            await copy.CompleteAsync();
        });

        Assert.Equal("23505", error.SqlState);
        Assert.Equal(ErrorCode.PostgresError, error.ErrorCode);
    }

    [Fact]
    public async Task A_stop_ends_a_copy_in_either_direction()
    {
        await using PostgresSession session = await OpenAsync();
        await session.ExecuteAsync("CREATE TABLE t(id int, x text)", default);
        await SendAsync(session, 20_000, 500);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using CopyOut copy = await session.CopyOutAsync("COPY (SELECT t.* FROM t, generate_series(1, 1000)) TO STDOUT (FORMAT binary)", stop.Token);
            Assert.True(copy.Next());
            stop.Cancel();
            while (copy.Next())
            {
            }
        });
        Assert.Equal(20_000, await session.ScalarAsync<long>("SELECT count(*) FROM t", default));
    }

    private static async Task<PostgresSession> OpenAsync() => await PostgresSession.OpenAsync(PostgresTarget.Parse(PostgresCluster.Require().CreateDatabase().ConnectionString), default);

    private static async Task SendAsync(PostgresSession session, int rows, int length)
    {
        await using CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", default);
        for (int i = 0; i < rows; i++) copy.Write(Row(i, new string((char)('a' + i % 26), length)));
        await copy.CompleteAsync();
    }

    private static byte[] Row(int id, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] row = new byte[2 + 4 + 4 + 4 + bytes.Length];
        BinaryPrimitives.WriteInt16BigEndian(row, 2);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(2), 4);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(6), id);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(10), bytes.Length);
        bytes.CopyTo(row, 14);
        return row;
    }
}
