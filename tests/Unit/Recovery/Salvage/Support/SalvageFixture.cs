using EmrSim.Core.Recovery.Salvage;
using EmrSim.Core.Samples;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Recovery.Salvage.Support;

/// <summary>A folder with a database, ways to damage it, and what salvaging it gives.</summary>
public sealed class SalvageFixture : IDisposable
{
    public TempFolder Folder { get; } = new();

    public string Intact => Folder.File("intact.db");

    public string Damaged => Folder.File("damaged.db");

    public string Saved => Folder.File("saved.db");

    public async Task SampleAsync(long turns)
    {
        await new SampleEngine(NullLoggerFactory.Instance).CreateAsync(new SampleRequest(Intact, turns, 1, false), null, default);
    }

    /// <summary>Overwrites a share of the pages, at least one, with random bytes, but not the first, which has tests of its own.</summary>
    public HashSet<uint> Overwrite(int seed, double share = 0.01)
    {
        byte[] bytes = File.ReadAllBytes(Intact);
        int pageSize = new IntactPages(bytes).PageSize, count = bytes.Length / pageSize;
        var random = new Random(seed);
        var pages = new HashSet<uint>();
        while (pages.Count < Math.Max(1, (int)(count * share))) pages.Add((uint)random.Next(2, count + 1));
        foreach (uint page in pages) random.NextBytes(bytes.AsSpan((int)(page - 1) * pageSize, pageSize));
        File.WriteAllBytes(Damaged, bytes);
        return pages;
    }

    public void Damage(Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(Intact);
        change(bytes);
        File.WriteAllBytes(Damaged, bytes);
    }

    public Task<EmrSalvage> SalvageAsync(string? source = null, bool force = true, bool freePages = false) => SalvageEngine.SalvageAsync(
        new SalvageRequest(source ?? Damaged, Saved) { Force = force, FreePages = freePages }, null, TestContext.Current.CancellationToken);

    public void Dispose() => Folder.Dispose();
}
