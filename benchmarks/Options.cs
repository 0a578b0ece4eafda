using System.Globalization;

namespace EmrSim.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Names">The benchmarks; all where empty.</param>
/// <param name="Turns">The size of the sample database.</param>
/// <param name="Rounds">How often each contestant runs.</param>
internal sealed record Options(IReadOnlyList<string> Names, long Turns, int Rounds)
{
    private const long DefaultTurns = 1_000_000;
    private const int DefaultRounds = 5;

    /// <summary>Null where the words make no sense.</summary>
    internal static Options? Parse(string[] arguments)
    {
        var options = new Options([], DefaultTurns, DefaultRounds);
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith('-')) options = options with { Names = [.. options.Names, arguments[i]] };
            else if (i + 1 == arguments.Length || !long.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out long number) || number < 1) return null;
            else if (arguments[i++].Equals("-Turns", StringComparison.OrdinalIgnoreCase)) options = options with { Turns = number };
            else if (arguments[i - 1].Equals("-Rounds", StringComparison.OrdinalIgnoreCase)) options = options with { Rounds = (int)number };
            else return null;
        }

        return options;
    }
}
