using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Schema;

/// <summary>Makes a database of some statements and reads its schema.</summary>
internal static class SchemaDatabase
{
    internal static SourceSchema Read(string sql)
    {
        using var folder = new TempFolder();
        return Read(folder, sql);
    }

    internal static SourceSchema Read(TempFolder folder, string sql)
    {
        string path = folder.File($"{Guid.NewGuid():N}.db");
        TestDatabase.Run(path, sql);
        return ReadFile(path);
    }

    internal static SourceSchema ReadFile(string path)
    {
        using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.Live, CancellationToken.None);
        return SourceSchemaReader.Read(database);
    }

    internal static SourceTable Table(string sql) => Read(sql).Tables[0];
}
