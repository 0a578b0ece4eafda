using System.Reflection;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>Reads the types that cmdlets give, and the types of their properties, as far as they are the module's own.</summary>
internal sealed class TypeReader(XmlDocs docs, DocTextReader texts, Problems problems)
{
    private readonly SortedDictionary<string, TypeHelp> _types = new(StringComparer.Ordinal);

    /// <summary>Everything that was met so far, in the order of the names.</summary>
    internal IReadOnlyList<TypeHelp> Types => [.. _types.Values];

    /// <summary>Whether the module's own documentation describes a type.</summary>
    internal bool IsDocumented(Type type) => docs.Find(XmlDocs.IdOf(type)) is not null;

    /// <summary>What a type is; empty for types of others.</summary>
    internal DocText Summary(Type type) => texts.Read(docs.Find(XmlDocs.IdOf(type), "summary"));

    /// <summary>Notes a type with all that it leads to.</summary>
    internal void Add(Type type)
    {
        Type plain = Core(type);
        if (!IsDocumented(plain) || _types.ContainsKey(plain.Name)) return;
        if (plain.IsEnum)
        {
            _types.Add(plain.Name, new TypeHelp(plain.Name, Summary(plain), [], Values(plain)));
            return;
        }

        PropertyInfo[] properties = [.. plain.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.Name != "EqualityContract")];
        _types.Add(plain.Name, new TypeHelp(plain.Name, Summary(plain), [.. properties.Select(p => Read(plain, p))], []));
        foreach (PropertyInfo property in properties) Add(property.PropertyType);
    }

    /// <summary>The values of an enum with what they mean.</summary>
    internal IReadOnlyList<ValueHelp> Values(Type type) =>
        [.. Enum.GetNames(type).Select(n => new ValueHelp(n, texts.Read(docs.Find(XmlDocs.IdOfField(type, n), "summary"))))];

    private PropertyHelp Read(Type type, PropertyInfo property)
    {
        // A positional record's property is documented as the parameter of its type.
        DocText text = texts.Read(
            docs.Find(XmlDocs.IdOf(type, property.Name), "summary") ??
            docs.Find(XmlDocs.IdOf(type))?.Elements("param").FirstOrDefault(p => (string?)p.Attribute("name") == property.Name));
        if (text.IsEmpty) problems.Add($"{type.FullName}.{property.Name}", "the property has no description");
        Type core = Core(property.PropertyType);
        return new PropertyHelp(property.Name, TypeNames.Of(property.PropertyType), IsDocumented(core) ? core.Name : null, text);
    }

    private static Type Core(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return TypeNames.ElementOf(plain) is { } element ? Core(element) : plain;
    }
}
