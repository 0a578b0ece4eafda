using System.Globalization;
using EmrSim.Formatting;

namespace EmrSim.Core.Reporting.Html;

/// <summary>Writes values as people read them, each with the raw value in <c>data-value</c>.</summary>
/// <param name="html">The page.</param>
/// <param name="clock">How instants are told.</param>
internal sealed class Values(HtmlWriter html, ZoneClock clock)
{
    /// <summary>A length in bytes.</summary>
    internal HtmlWriter Length(string field, long bytes) => Write(field, Raw(bytes), _Format.Length(bytes));

    /// <summary>A number of things.</summary>
    internal HtmlWriter Count(string field, long count) => Write(field, Raw(count), _Format.Count(count));

    /// <summary>A number of things, with what they are: <c>1 backup</c>, <c>2 backups</c>.</summary>
    internal HtmlWriter Count(string field, long count, string singular, string plural) =>
        Count(field, count).Text(" " + (count == 1 ? singular : plural));

    /// <summary>A duration, raw in seconds.</summary>
    internal HtmlWriter Duration(string field, TimeSpan duration) => Write(field, Raw(duration), _Format.Duration(duration));

    /// <summary>A long duration, raw in seconds, in days and hours.</summary>
    internal HtmlWriter Age(string field, TimeSpan age) => Write(field, Raw(age), AgeText(age));

    /// <summary>A word such as an outcome or a level.</summary>
    internal HtmlWriter Word(string field, string word) => Write(field, word, word);

    /// <summary>An instant in UTC and in the zone.</summary>
    internal HtmlWriter Instant(string field, DateTimeOffset instant)
    {
        html.Element("time", ZoneClock.Utc(instant), ("datetime", ZoneClock.Iso(instant)), ("data-field", field));
        return clock.Differs ? html.Text(" ").Element("span", clock.LocalText(instant), ("class", "local")) : html;
    }

    /// <summary>A name that somebody gave, kept from running into the text around it.</summary>
    internal HtmlWriter Name(string name) => html.Element("bdi", name);

    /// <summary>An outcome with its symbol and its word.</summary>
    internal HtmlWriter Outcome(string field, EmrOutcome outcome, string? word = null)
    {
        string name = outcome.ToString();
        html.Open("span", ("class", "mark " + name.ToLowerInvariant()), ("data-field", field), ("data-value", name));
        html.Markup($"<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#{name.ToLowerInvariant()}\"/></svg>");
        return html.Text(word ?? OutcomeWord(outcome)).Close("span");
    }

    /// <summary>An outcome in a word.</summary>
    internal static string OutcomeWord(EmrOutcome outcome) => outcome == EmrOutcome.Inconclusive ? "Not known" : outcome.ToString();

    /// <summary>A long duration in words.</summary>
    internal static string AgeText(TimeSpan age)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (age < TimeSpan.Zero) return "in " + AgeText(age == TimeSpan.MinValue ? TimeSpan.MaxValue : -age);
        if (age < TimeSpan.FromMinutes(1)) return ((int)age.TotalSeconds).ToString(culture) + " s";
        if (age < TimeSpan.FromHours(1)) return ((int)age.TotalMinutes).ToString(culture) + " min";
        if (age < TimeSpan.FromDays(2)) return string.Create(culture, $"{(int)age.TotalHours} h") + Rest(age.Minutes, "min");
        return _Format.Count(age.Days) + " d" + (age < TimeSpan.FromDays(14) ? Rest(age.Hours, "h") : "");
    }

    private static string Rest(int number, string unit) => number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {number} {unit}");

    internal static string Raw(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Raw(TimeSpan duration) => duration.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture);

    /// <summary>A sum that does not overflow, whatever a damaged manifest says.</summary>
    internal static long Sum(IEnumerable<long> numbers) =>
        (long)Int128.Clamp(numbers.Aggregate(Int128.Zero, static (sum, n) => sum + n), long.MinValue, long.MaxValue);

    private HtmlWriter Write(string field, string raw, string text) =>
        html.Element("span", text, ("class", "n"), ("data-field", field), ("data-value", raw));
}
