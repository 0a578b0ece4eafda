using EmrSim.Core.Applications;

namespace EmrSim.Tests.Applications;

public sealed class StorageModeTests
{
    [Theory]
    [InlineData("""{"status":"ok","storage":"sqlite"}""", "sqlite", false)]
    [InlineData("""{"storageMode":"in-memory"}""", "in-memory", true)]
    [InlineData("""{"storage_mode":"In Memory"}""", "In Memory", true)]
    [InlineData("""{"db":"memory"}""", "memory", true)]
    [InlineData("""{"database":{"type":"sqlite","path":"/srv/app.db"}}""", "sqlite", false)]
    [InlineData("""{"checks":{"storage":{"mode":"memory"}}}""", "memory", true)]
    [InlineData("""{"mode":"sqlite","storage":"memory"}""", "memory", true)]
    [InlineData("""{"mode":"production","engine":"PostgreSQL"}""", "PostgreSQL", false)]
    [InlineData("""{"db":"ok","mode":"live"}""", null, null)]
    [InlineData("""{"db":true}""", null, null)]
    [InlineData("""{"memory":"12 MB"}""", null, null)]
    [InlineData("""["memory"]""", null, null)]
    [InlineData("""{"\ud800":"memory","note":"\udc00","db":"\ud800","storage":"memory"}""", "memory", true)]
    [InlineData("""{"storage":"\ud800"}""", null, null)]
    [InlineData("ok", null, null)]
    [InlineData("", null, null)]
    public void The_storage_mode_is_read_from_what_a_health_check_answers(string body, string? storage, bool? inMemory) =>
        Assert.Equal((storage, inMemory), StorageMode.Of(body));
}
