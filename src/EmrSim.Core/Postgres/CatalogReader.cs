using System.Globalization;
using System.Text;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>Reads a <see cref="PostgresCatalog"/>: a query for all tables for each kind of thing.</summary>
internal sealed class CatalogReader(PostgresSession session, string schema, CancellationToken token)
{
    // A query for each sequence would take its time on a thousand tables, and one for all of them is too long for the parser's stack.
    private const int SequencesAtOnce = 200;

    internal async Task<PostgresCatalog> ReadAsync()
    {
        ILookup<uint, PostgresColumn> columns = await ReadAsync(CatalogSql.ReadColumns, Column).ConfigureAwait(false);
        ILookup<uint, (PostgresIndexColumn Column, bool IsIncluded)> indexColumns = await ReadAsync(CatalogSql.ReadIndexColumns, IndexColumn).ConfigureAwait(false);
        ILookup<uint, PostgresIndex> indexes = await ReadAsync(CatalogSql.ReadIndexes(session.Version), r => Index(r, indexColumns)).ConfigureAwait(false);
        ILookup<uint, PostgresForeignKey> foreignKeys = await ReadAsync(CatalogSql.ReadForeignKeys, ForeignKey).ConfigureAwait(false);
        ILookup<uint, PostgresCheck> checks = await ReadAsync(CatalogSql.ReadChecks, static r => new PostgresCheck(r.GetString(1), r.GetString(2), r.GetBoolean(3))).ConfigureAwait(false);
        ILookup<uint, PostgresSequence> sequences = await ReadSequencesAsync().ConfigureAwait(false);
        List<PostgresTable> tables = await session.RowsAsync(CatalogSql.ReadTables, Table, token, schema).ConfigureAwait(false);
        List<PostgresOther> others = await session.RowsAsync(CatalogSql.ReadOthers, static r => new PostgresOther(r.GetString(0), r.GetString(1), Text(r, 2)), token, schema).ConfigureAwait(false);
        return new PostgresCatalog(schema, tables, others);

        PostgresTable Table(NpgsqlDataReader r)
        {
            uint oid = r.GetFieldValue<uint>(0);
            return new PostgresTable
            {
                Name = r.GetString(1),
                IsPartitioned = r.GetBoolean(2),
                EstimatedRows = r.GetInt64(3),
                Columns = [.. columns[oid]],
                Indexes = [.. indexes[oid]],
                ForeignKeys = [.. foreignKeys[oid]],
                Checks = [.. checks[oid]],
                Sequences = [.. sequences[oid]],
            };
        }
    }

    private static PostgresColumn Column(NpgsqlDataReader r)
    {
        string? expression = Text(r, 6);
        bool isGenerated = r.GetBoolean(7);
        return new PostgresColumn
        {
            Name = r.GetString(1),
            Type = r.GetString(2),
            TypeOid = r.GetFieldValue<uint>(3),
            Collation = Text(r, 4),
            NotNull = r.GetBoolean(5),
            Default = isGenerated ? null : expression,
            Generated = isGenerated ? expression : null,
            Identity = Text(r, 8),
        };
    }

    private static PostgresIndex Index(NpgsqlDataReader r, ILookup<uint, (PostgresIndexColumn Column, bool IsIncluded)> columns)
    {
        uint oid = r.GetFieldValue<uint>(1);
        return new PostgresIndex
        {
            Name = r.GetString(2),
            Constraint = Text(r, 3) switch
            {
                "p" => PostgresConstraint.PrimaryKey,
                "u" => PostgresConstraint.Unique,
                "x" => PostgresConstraint.Exclusion,
                _ => PostgresConstraint.None,
            },
            IsUnique = r.GetBoolean(4),
            IsValid = r.GetBoolean(5),
            NullsNotDistinct = r.GetBoolean(6),
            IsDeferrable = r.GetBoolean(7),
            Method = r.GetString(8),
            Where = Text(r, 9),
            Columns = [.. columns[oid].Where(c => !c.IsIncluded).Select(c => c.Column)],
            Included = [.. columns[oid].Where(c => c.IsIncluded).Select(c => c.Column.Column!)],
        };
    }

    private static (PostgresIndexColumn Column, bool IsIncluded) IndexColumn(NpgsqlDataReader r) =>
        (new PostgresIndexColumn(Text(r, 1), Text(r, 2), Text(r, 3), r.GetBoolean(4), r.GetBoolean(5), Text(r, 6)), r.GetBoolean(7));

    private static PostgresForeignKey ForeignKey(NpgsqlDataReader r) => new()
    {
        Name = r.GetString(1),
        Columns = r.GetFieldValue<string[]>(2),
        ParentSchema = r.GetString(3),
        Parent = r.GetString(4),
        ParentColumns = r.GetFieldValue<string[]>(5),
        OnUpdate = Action(r.GetString(6)),
        OnDelete = Action(r.GetString(7)),
        IsDeferrable = r.GetBoolean(8),
        IsDeferred = r.GetBoolean(9),
        IsValidated = r.GetBoolean(10),
    };

    private static string Action(string letter) => letter switch
    {
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => "NO ACTION",
    };

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    /// <summary>The numbers of sequences stand in the sequences themselves. pg_sequences shows none for one that was set and not called.</summary>
    private async Task<ILookup<uint, PostgresSequence>> ReadSequencesAsync()
    {
        List<(uint Table, PostgresSequence Sequence)> found = await session.RowsAsync(
            CatalogSql.ReadSequences,
            static r => (r.GetFieldValue<uint>(0), new PostgresSequence(r.GetString(2), r.GetString(3), r.GetString(1), 0, false, r.GetInt64(4), r.GetInt64(5))),
            token,
            schema).ConfigureAwait(false);
        var read = new List<(uint Table, PostgresSequence Sequence)>();
        foreach ((uint Table, PostgresSequence Sequence)[] some in found.Chunk(SequencesAtOnce))
        {
            var sql = new StringBuilder();
            for (int i = 0; i < some.Length; i++)
            {
                PostgresSequence s = some[i].Sequence;
                sql.Append(i == 0 ? "" : " UNION ALL ").Append(CultureInfo.InvariantCulture, $"SELECT {i}, last_value, is_called FROM ")
                    .Append(PostgresNames.Quote(s.Schema)).Append('.').Append(PostgresNames.Quote(s.Name));
            }

            read.AddRange(await session.RowsAsync(
                sql.ToString(),
                r => (some[r.GetInt32(0)].Table, some[r.GetInt32(0)].Sequence with { LastValue = r.GetInt64(1), IsCalled = r.GetBoolean(2) }),
                token).ConfigureAwait(false));
        }

        return read.ToLookup(static s => s.Table, static s => s.Sequence);
    }

    private async Task<ILookup<uint, T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read) =>
        (await session.RowsAsync(sql, r => (Table: r.GetFieldValue<uint>(0), Item: read(r)), token, schema).ConfigureAwait(false)).ToLookup(static p => p.Table, static p => p.Item);
}
