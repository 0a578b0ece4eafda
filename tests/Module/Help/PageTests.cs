using EmrSim.Tests.Support;

namespace EmrSim.Tests.Help;

/// <summary>The pages in docs/cmdlets beside those that the build has just generated.</summary>
public sealed class PageTests
{
    private static readonly string s_generated = ModuleSession.FindArtifacts("help", "cmdlets");
    private static readonly string s_committed = Path.Combine(s_generated, "..", "..", "..", "docs", "cmdlets");

    [Fact]
    public void There_is_a_page_for_everything_and_none_besides() => Assert.Equal(Names(s_generated), Names(s_committed));

    [Fact]
    public void No_page_is_stale()
    {
        foreach (string name in Names(s_generated))
        {
            string fresh = Read(s_generated, name);
            Assert.True(fresh == Read(s_committed, name), $"docs/cmdlets/{name} is stale: run ./build.sh docs");
        }
    }

    [Fact]
    public void Every_link_between_the_pages_leads_somewhere()
    {
        foreach (string name in Names(s_committed))
        {
            foreach (string target in Links(Read(s_committed, name)))
            {
                Assert.True(File.Exists(Path.Combine(s_committed, target)), $"docs/cmdlets/{name} links to {target}");
            }
        }
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name)).ReplaceLineEndings("\n");

    private static IEnumerable<string> Links(string text) => text.Split("](").Skip(1).Select(t => t[..t.IndexOf(')', StringComparison.Ordinal)])
        .Select(t => t.Split('#')[0]).Where(t => t.Length > 0 && !t.StartsWith("http", StringComparison.Ordinal));
}
