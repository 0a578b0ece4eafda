using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Profiling.Support;

/// <summary>A small database whose tables are profiled and mapped as a plan does it.</summary>
internal sealed class ProfiledDatabase : IDisposable
{
    private readonly TempFolder _folder = new();

    internal ProfiledDatabase(string sql)
    {
        Path = System.IO.Path.Combine(_folder.Path, "source.db");
        TestDatabase.Run(Path, sql);
        Database = SqliteDatabase.Open(Path, SqliteAccess.Live, CancellationToken.None);
        Schema = SourceSchemaReader.Read(Database);
    }

    internal string Path { get; }

    internal SqliteDatabase Database { get; }

    internal SourceSchema Schema { get; }

    internal SourceTable Table => Schema.Tables[0];

    internal static MigrationPlanRequest Request(
        EmrMapping mapping = EmrMapping.Faithful, EmrMisfitAction onMisfit = EmrMisfitAction.Stop, params (string Column, string Type)[] map) => new(
        "source.db", "public", null, mapping, onMisfit, map.ToDictionary(m => m.Column, m => m.Type), new Dictionary<string, string>(), TimeSpan.Zero);

    internal TableProfile Profile(MigrationPlanRequest? request = null) =>
        Profiler.Read(Database, Table, TypeMapper.Options(Table, request ?? Request()), static _ => { }, CancellationToken.None);

    internal ColumnProfile Column(string name) => Profile().Columns.Single(c => c.Column == name);

    internal IReadOnlyList<ColumnDecision> Map(MigrationPlanRequest request)
    {
        TypeMapper.RequireKnown(Schema, request);
        return TypeMapper.Map(Table, Profile(request), request);
    }

    internal ColumnDecision Map(
        string column, EmrMapping mapping = EmrMapping.Faithful, EmrMisfitAction onMisfit = EmrMisfitAction.Stop, params (string Column, string Type)[] map) =>
        Map(Request(mapping, onMisfit, map)).Single(d => d.Column.Name == column);

    public void Dispose()
    {
        Database.Dispose();
        _folder.Dispose();
    }
}
