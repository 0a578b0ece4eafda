using System.Globalization;
using EmrSim.Core.Postgres;

namespace EmrSim.Core.Migration.Proof;

/// <summary>A PostgreSQL database in a comparison: one transaction that sees one state and cannot write.</summary>
internal sealed class PostgresSide : IComparedDatabase
{
    private readonly PostgresSession _session;
    private readonly string _schema;

    private PostgresSide(PostgresSession session, string schema)
    {
        _session = session;
        _schema = schema;
        Rows = new PostgresRows(session, schema);
    }

    /// <inheritdoc/>
    public string Name => $"{_session.Target}, schema {_schema}";

    /// <inheritdoc/>
    public ITableRows Rows { get; }

    /// <inheritdoc/>
    public bool IsOneState => true;

    /// <summary>Connects and begins the transaction.</summary>
    internal static async Task<PostgresSide> OpenAsync(PostgresTarget target, string schema, CancellationToken token)
    {
        PostgresSession session = await PostgresSession.OpenAsync(target, token).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", token).ConfigureAwait(false);
            await session.PrepareTransactionAsync(token).ConfigureAwait(false);
            // Where a policy hides rows from this role, that is to be an error, and not a table with fewer rows. The others make texts of other types the same everywhere.
            await session.ExecuteAsync(
                "SET LOCAL row_security TO off; SET LOCAL extra_float_digits TO 3; SET LOCAL IntervalStyle TO 'iso_8601'; SET LOCAL bytea_output TO 'hex'; " +
                "SET LOCAL search_path TO pg_catalog",
                token).ConfigureAwait(false);
            return new PostgresSide(session, schema);
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ComparedSchema> ReadSchemaAsync(CancellationToken token) =>
        PostgresStructure.Of(await PostgresCatalog.ReadAsync(_session, _schema, token).ConfigureAwait(false));

    /// <inheritdoc/>
    public async Task<Int128?> GreatestAsync(string table, string column, CancellationToken token)
    {
        string from = $"{PostgresNames.Quote(_schema)}.{PostgresNames.Quote(table)}";
        string? greatest = await _session.ScalarAsync<string>($"SELECT pg_catalog.max({PostgresNames.Quote(column)})::pg_catalog.text FROM {from}", token).ConfigureAwait(false);
        return Int128.TryParse(greatest, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 number) ? number : null;
    }

    /// <inheritdoc/>
    public Task<EmrTimeUnit> UnitAsync(string table, string column, CancellationToken token) => Task.FromResult(EmrTimeUnit.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
