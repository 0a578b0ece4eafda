namespace EmrSim.HelpGenerator.Reading;

/// <summary>Names of types as a PowerShell user knows them.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> s_accelerators = new()
    {
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(Guid)] = "guid",
        [typeof(TimeSpan)] = "timespan",
        [typeof(DateTime)] = "datetime",
        [typeof(object)] = "object",
    };

    internal static string Of(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (s_accelerators.TryGetValue(plain, out string? name)) return name;
        if (ElementOf(plain) is { } element) return Of(element) + "[]";
        if (plain.IsGenericType)
        {
            string arguments = string.Join(", ", plain.GetGenericArguments().Select(Of));
            return IsDictionary(plain) ? $"dictionary<{arguments}>" : $"{plain.Name.Split('`')[0]}<{arguments}>";
        }

        return plain.Name;
    }

    /// <summary>The type of a list's elements; null where a type is no list.</summary>
    internal static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType() :
        type.IsGenericType && type.GetGenericTypeDefinition() is { } open && (open == typeof(IReadOnlyList<>) || open == typeof(IEnumerable<>))
            ? type.GetGenericArguments()[0]
            : null;

    private static bool IsDictionary(Type type) =>
        type.GetGenericTypeDefinition() is { } open && (open == typeof(IReadOnlyDictionary<,>) || open == typeof(IDictionary<,>));
}
