using System.Xml.Linq;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>The documentation comments of all assemblies, by the id that the compiler gives to a member.</summary>
internal sealed class XmlDocs
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Reads the XML documentation files that the compiler wrote.</summary>
    internal XmlDocs(IEnumerable<XDocument> files)
    {
        foreach (XElement member in files.SelectMany(f => f.Descendants("member")))
        {
            _members.TryAdd((string)member.Attribute("name")!, member);
        }
    }

    internal static string IdOf(Type type) => "T:" + type.FullName!.Replace('+', '.');

    internal static string IdOf(Type type, string property) => $"P:{type.FullName!.Replace('+', '.')}.{property}";

    internal static string IdOfField(Type type, string field) => $"F:{type.FullName!.Replace('+', '.')}.{field}";

    /// <summary>A member's documentation; null where there is none.</summary>
    internal XElement? Find(string id) => _members.GetValueOrDefault(id);

    /// <summary>One section of a member's documentation; null where there is none.</summary>
    internal XElement? Find(string id, string section) => Find(id)?.Element(section);
}
