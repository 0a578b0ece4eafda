namespace EmrSim.MiniHost;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(string? Module, string Script)
{
    /// <summary>Null where the words make no sense.</summary>
    internal static Options? Parse(string[] arguments)
    {
        string? module = null;
        string? script = null;
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            switch (arguments[i].ToUpperInvariant())
            {
                case "-MODULE": module = value; break;
                case "-C" or "-COMMAND": script = value; break;
                case "-FILE": script = File.ReadAllText(value); break;
                default: return null;
            }
        }

        return script is null || arguments.Length % 2 != 0 ? null : new Options(module, script);
    }
}
