using System.Xml.Linq;
using EmrSim.HelpGenerator.Model;
using EmrSim.HelpGenerator.Reading;
using EmrSim.HelpGenerator.Writing;

namespace EmrSim.HelpGenerator;

/// <summary>
/// Writes MAML into the built module and Markdown pages beside it, from what the module exports and the documentation comments say.
/// </summary>
/// <remarks>The exit code is 1 when something is undocumented, 2 when the command line makes no sense, else 0.</remarks>
internal static class Program
{
    private const int UsageError = 2;
    private const string Language = "en-US";

    private static int Main(string[] arguments)
    {
        if (Options.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(Options.Usage);
            return UsageError;
        }

        var problems = new Problems();
        ModuleHelp module = Read(options, problems);
        foreach (string problem in problems.Found) Console.Error.WriteLine(problem);
        if (problems.Found.Count > 0) return 1;

        Write(module, options);
        Console.WriteLine($"Help of {module.Commands.Count} cmdlets and {module.Topics.Count} topics written");
        return 0;
    }

    private static ModuleHelp Read(Options options, Problems problems)
    {
        // Space between elements is space between words.
        var docs = new XmlDocs(Directory.GetFiles(options.Docs, "*.xml").Order(StringComparer.Ordinal)
            .Select(f => XDocument.Load(f, LoadOptions.PreserveWhitespace)));
        IReadOnlyList<TopicHelp> topics = TopicReader.Read(options.Topics, problems);
        using var session = new ModuleSession(options.Manifest);
        return new HelpReader(session.Commands(), docs, topics, problems).Read(Path.GetFileNameWithoutExtension(options.Manifest));
    }

    private static void Write(ModuleHelp module, Options options)
    {
        string moduleFolder = Path.GetDirectoryName(options.Manifest)!;
        // PowerShell looks beside the manifest for the name of the assembly that holds the cmdlet, wherever that assembly lies.
        MamlWriter.Write(module, Path.Combine(moduleFolder, Language, module.Name + ".PowerShell.dll-Help.xml"));
        foreach (TopicHelp topic in module.Topics)
        {
            File.Copy(Path.Combine(options.Topics, topic.FileName), Path.Combine(moduleFolder, Language, topic.FileName), overwrite: true);
        }

        if (Directory.Exists(options.Pages)) Directory.Delete(options.Pages, recursive: true);
        Directory.CreateDirectory(options.Pages);
        var links = new PageLinks(options.TopicLink, module);
        foreach (CommandHelp command in module.Commands) WritePage(options, command.Name + ".md", CommandPage.Of(command, links));
        WritePage(options, PageLinks.TypesPage, ModulePages.Types(module, links));
        WritePage(options, "README.md", ModulePages.Index(module, links));
    }

    private static void WritePage(Options options, string name, string text) => File.WriteAllText(Path.Combine(options.Pages, name), text);
}
