using System.Globalization;
using System.Text.RegularExpressions;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Readme;

/// <summary>Every PowerShell block of README runs, and gives what README shows.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emrsim-module-").FullName;

    private const string Server = "postgres://emr@localhost/emr";

    private readonly Lazy<PostgresDatabase> _server = new(() => PostgresCluster.Require().CreateDatabase());

    public void Dispose()
    {
        TempFolder.Remove(_folder);
        if (_server.IsValueCreated) _server.Value.Dispose();
    }

    [Fact]
    public void Every_block_gives_the_output_that_it_shows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "README's paths are those of Unix, and longer ones are wrapped elsewhere.");
        int compared = 0;
        Match[] blocks = Blocks();
        for (int i = 0; i < blocks.Length; i++)
        {
            (string label, string code) = (blocks[i].Groups["label"].Value, blocks[i].Groups["code"].Value);
            bool usesServer = code.Contains(Server, StringComparison.Ordinal);
            if (usesServer) code = code.Replace(Server, _server.Value.Uri, StringComparison.Ordinal);
            ShellResult result = ShellProcess.RunWith(["-Module", ModuleSession.ManifestPath, "-c", code], folder: _folder);

            Assert.True((label == "fails" ? 1 : 0) == result.ExitCode, code + result.Errors);
            Assert.Equal("text", blocks[++i].Groups["language"].Value);
            Assert.Equal(Normalize(blocks[i].Groups["code"].Value), Normalize(Shown(label == "fails" ? result.Errors : result.Output, usesServer)));
            compared++;
        }

        Assert.True(compared >= 12, $"only {compared} blocks were compared");
    }

    // The server of the test run stands for README's.
    private string Shown(string output, bool usesServer) => !usesServer ? output : output.Replace(
        string.Create(CultureInfo.InvariantCulture, $"{_server.Value.User}@127.0.0.1:{_server.Value.Cluster.Port}/{_server.Value.Name}"), "emr@localhost:5432/emr", StringComparison.Ordinal);

    /// <summary>Text without what differs from run to run: numbers, times, digests, folders, and the widths that follow from them.</summary>
    private static string Normalize(string text)
    {
        text = Folder().Replace(text, "/folder/");
        text = Recipient().Replace(text, "recipient");
        text = Number().Replace(Digest().Replace(text, "digest"), "#");
        return Space().Replace(Line().Replace(text, " "), " ").Trim();
    }

    private static Match[] Blocks() => [.. Block().Matches(File.ReadAllText(FindReadme()).ReplaceLineEndings("\n")).Cast<Match>()];

    private static string FindReadme()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmrSim.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "README.md");
    }

    [GeneratedRegex(@"^```(?<language>powershell|text) ?(?<label>\S*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?:/[^/'\s""]+)+/emrsim-[^/'\s""]+/|/srv/app/")]
    private static partial Regex Folder();

    [GeneratedRegex("age1[0-9a-z]{58}")]
    private static partial Regex Recipient();

    [GeneratedRegex("[0-9a-f]{12}…")]
    private static partial Regex Digest();

    [GeneratedRegex(@"[0-9]+(?:[ .:,T-][0-9]+)*Z?(?: ms\b| s\b)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"-{2,}")]
    private static partial Regex Line();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
