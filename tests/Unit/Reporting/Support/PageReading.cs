using System.Globalization;
using AngleSharp.Dom;

namespace EmrSim.Tests.Reporting.Support;

/// <summary>Reads the raw values out of a page.</summary>
public static class PageReading
{
    /// <summary>The raw value of the only field of a name below an element.</summary>
    public static string Raw(this IParentNode below, string field) => Assert.Single(below.QuerySelectorAll($"[data-field='{field}']")).GetAttribute("data-value")!;

    public static long Number(this IParentNode below, string field) => long.Parse(below.Raw(field), CultureInfo.InvariantCulture);

    /// <summary>A duration, to the tick.</summary>
    public static TimeSpan Duration(this IParentNode below, string field) =>
        TimeSpan.FromTicks((long)(decimal.Parse(below.Raw(field), CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    /// <summary>The instant of the only field of a name below an element.</summary>
    public static DateTimeOffset Instant(this IParentNode below, string field) =>
        DateTimeOffset.Parse(Assert.Single(below.QuerySelectorAll($"time[data-field='{field}']")).GetAttribute("datetime")!, CultureInfo.InvariantCulture);

    /// <summary>The card of a set in the overview.</summary>
    public static IElement Card(this IParentNode page, string set) => Assert.Single(page.QuerySelectorAll("#sets article"), a => a.GetAttribute("data-set") == set);

    /// <summary>The rows of a set's table.</summary>
    public static IElement[] Rows(this IParentNode page, string table, string set) =>
        [.. page.QuerySelectorAll($"table[data-table='{table}']").Where(t => t.GetAttribute("data-set") == set).SelectMany(t => t.QuerySelectorAll("tbody tr"))];

    /// <summary>The outcome that the page gives as its verdict.</summary>
    public static string Verdict(this IParentNode page) => page.Raw("verdict");

    /// <summary>What the page says needs attention, without the times.</summary>
    public static string[] Findings(this IParentNode page) => [.. page.QuerySelectorAll(".attention ul li > bdi").Select(e => e.TextContent)];
}
