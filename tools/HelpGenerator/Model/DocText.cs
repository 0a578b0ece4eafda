namespace EmrSim.HelpGenerator.Model;

/// <summary>What a piece of text is.</summary>
internal enum RunKind
{
    Plain,
    Code,
    Link,
}

/// <summary>A piece of text of one kind.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The words, without line breaks.</param>
/// <param name="Target">Where a link leads.</param>
internal sealed record DocRun(RunKind Kind, string Text, string? Target = null);

/// <summary>A paragraph, or an item of a list.</summary>
internal sealed record DocParagraph(IReadOnlyList<DocRun> Runs, bool IsItem);

/// <summary>Text as it stands in the XML documentation, free of any form of output.</summary>
internal sealed record DocText(IReadOnlyList<DocParagraph> Paragraphs)
{
    internal static DocText Empty { get; } = new([]);

    internal bool IsEmpty => Paragraphs.Count == 0;

    /// <summary>A text of one plain paragraph.</summary>
    internal static DocText Plain(string text) => new([new DocParagraph([new DocRun(RunKind.Plain, text)], false)]);
}
