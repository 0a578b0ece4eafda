using EmrSim.Core.Retention;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Reporting;

/// <summary>What report is wanted.</summary>
/// <param name="Path">The page to write, as an absolute path.</param>
public sealed record ReportRequest(string Path)
{
    /// <summary>What the page is called; null for a title made of the sets' names.</summary>
    public string? Title { get; init; }

    /// <summary>Whether a page that is there may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The objects to report on, each of a kind that <see cref="ReportKinds.Knows"/>.</summary>
    public IReadOnlyList<object> Items { get; init; } = [];

    /// <summary>What was given and is of no kind that a report knows: the names of the types. The page says so.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>A store to gather from, besides <see cref="Items"/>: an absolute path or an address; null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>What opens the store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }

    /// <summary>Names of the sets to gather, with wildcards; empty for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The retention policy by which the gathered backups are marked; null for the default one.</summary>
    public RetentionPolicy? Policy { get; init; }

    /// <summary>The zone whose days and weeks the calendar shows; null for the machine's.</summary>
    public TimeZoneInfo? Zone { get; init; }
}

/// <summary>A report that was written.</summary>
/// <param name="Page">The page.</param>
/// <param name="Errors">What could not be gathered. The page says so, too.</param>
public sealed record ReportResult(FileInfo Page, IReadOnlyList<EmrSimException> Errors);
