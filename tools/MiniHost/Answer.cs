using System.Collections.ObjectModel;
using System.Management.Automation.Host;

namespace EmrSim.MiniHost;

/// <summary>Asks the person at the terminal. Without a terminal there is nobody to ask, and every answer is null.</summary>
internal static class Answer
{
    internal static string? Line() => Console.IsInputRedirected ? null : Console.ReadLine();

    /// <summary>One of several choices, by its hot key or its word; the default on an empty line.</summary>
    internal static int? Choice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        if (Console.IsInputRedirected) return null;
        string[] labels = [.. choices.Select(c => c.Label.Replace("&", "", StringComparison.Ordinal))];
        string[] keys = [.. choices.Select(HotKey)];
        Console.WriteLine($"{caption}{Environment.NewLine}{message}");
        while (true)
        {
            string preset = defaultChoice >= 0 ? $" (default {keys[defaultChoice]})" : "";
            Console.Write($"{string.Join("  ", labels.Zip(keys, (label, key) => $"[{key}] {label}"))}{preset}: ");
            if (Console.ReadLine() is not { } line) return null;
            string answer = line.Trim();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            int chosen = Array.FindIndex(keys, k => k.Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen < 0) chosen = Array.FindIndex(labels, l => l.Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0) return chosen;
        }
    }

    private static string HotKey(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label[mark + 1].ToString().ToUpperInvariant() : choice.Label;
    }
}
