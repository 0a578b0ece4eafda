using System.Text;

namespace EmrSim.Core.Reporting.Html;

/// <summary>Writes elements. Every text and every attribute is encoded; tags and attribute names are the program's own.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _page = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element.</summary>
    internal HtmlWriter Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        _open.Push(tag);
        return this;
    }

    /// <summary>Closes the innermost element, which must be of this tag.</summary>
    internal HtmlWriter Close(string tag)
    {
        string open = _open.Pop();
        if (open != tag) throw new InvalidOperationException($"<{open}> is open, not <{tag}>.");
        _page.Append("</").Append(tag).Append('>');
        return this;
    }

    /// <summary>Writes text.</summary>
    internal HtmlWriter Text(string text)
    {
        HtmlText.Append(_page, text);
        return this;
    }

    /// <summary>Writes an element with a text in it.</summary>
    internal HtmlWriter Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        Text(text);
        _page.Append("</").Append(tag).Append('>');
        return this;
    }

    /// <summary>Writes an element that holds nothing; void in HTML, self-closing within SVG.</summary>
    internal HtmlWriter Empty(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        _page.Insert(_page.Length - 1, '/');
        return this;
    }

    /// <summary>Writes markup of the program's own.</summary>
    internal HtmlWriter Markup(string markup)
    {
        _page.Append(markup);
        return this;
    }

    /// <summary>Begins a new line of the source.</summary>
    internal HtmlWriter Line()
    {
        _page.Append('\n');
        return this;
    }

    /// <summary>The page so far.</summary>
    public override string ToString() =>
        _open.Count == 0 ? _page.ToString() : throw new InvalidOperationException($"<{_open.Peek()}> is still open.");

    private void Start(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _page.Append('<').Append(tag);
        foreach ((string name, string? value) in attributes)
        {
            if (value is null) continue;
            _page.Append(' ').Append(name).Append("=\"");
            HtmlText.Append(_page, value);
            _page.Append('"');
        }

        _page.Append('>');
    }
}
