using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>Counts the texts of a column.</summary>
/// <param name="index">The column.</param>
/// <param name="fit">What they are held against; null where nothing is wanted.</param>
/// <param name="encoding">The database's encoding.</param>
/// <param name="promotions">Whether JSON is looked at where it is not wanted.</param>
internal sealed class TextTally(int index, WantedFit? fit, SourceEncoding encoding, bool promotions)
{
    private const int DateLength = 10;

    private readonly long[] _shapes = new long[TextShapes.Count];
    private readonly bool _wantsJson = fit is { IsJson: true };
    private readonly bool _hasLength = fit is { HasLength: true };
    // JSON is looked at until the first text that is none, or for good where it is wanted.
    private bool _looksAtJson = promotions || fit is { IsJson: true };
    private byte[]? _form;
    private int _formLength;
    private bool _manyForms;
    private int _brokenAt = -1;

    internal RowSamples All { get; } = new();

    internal long Empty { get; private set; }

    internal long Longest { get; private set; }

    internal long LongestCharacters { get; private set; }

    internal RowSamples Invalid { get; } = new();

    internal RowSamples Nul { get; } = new();

    internal long BrokenSurrogates { get; private set; }

    internal long LowerUuids { get; private set; }

    internal long JsonbTexts { get; private set; }

    internal RowSamples NotJsonb { get; } = new();

    internal IReadOnlyDictionary<TextShape, long> Shapes =>
        Enumerable.Range(0, _shapes.Length).Where(s => _shapes[s] > 0).ToDictionary(s => (TextShape)s, s => _shapes[s]);

    internal string? TimeForm => _form is null || _manyForms ? null : string.Create(CultureInfo.InvariantCulture, $"{_formLength}{Encoding.ASCII.GetString(_form)}");

    /// <summary>
    /// Looks at a text as a UTF-16 database stores it. To be called for all columns before anything else reads the row, its key too: that turns the texts into UTF-8, and half of a
    /// surrogate pair into something else.
    /// </summary>
    internal void LookAtUtf16(StatementRow row)
    {
        _brokenAt = -1;
        if (!row.IsWellFormedUtf16(index, encoding == SourceEncoding.Utf16BigEndian, out int at)) _brokenAt = at;
    }

    /// <summary>Counts the current row's text; whether the wanted type holds it.</summary>
    [MethodImpl(Hot.Loop)]
    internal bool Add(StatementRow row, RowKey key)
    {
        if (All.IsWanted()) All.Keep(new RowSample(key.Of(row), RowKey.Value(row, index)));
        if (_brokenAt >= 0) return AddBroken(row, key, _brokenAt);

        ReadOnlySpan<byte> text = row.Text(index);
        if (text.Length > Longest) Longest = text.Length;
        if (text.IsEmpty) Empty++;
        bool ascii = Ascii.IsValid(text);
        if (!ascii && !Utf8.IsValid(text)) return AddInvalid(row, text, key);
        int nul = text.IndexOf((byte)0);
        if (nul >= 0) return AddNul(row, text, nul, key);

        // No text has more characters than bytes, so most need not be counted.
        long characters = ascii ? text.Length : _hasLength || text.Length > LongestCharacters ? CodePoints.Count(text) : 0;
        if (characters > LongestCharacters) LongestCharacters = characters;
        return AddShapes(row, text, characters, key);
    }

    [MethodImpl(Hot.Loop)]
    private bool AddShapes(StatementRow row, ReadOnlySpan<byte> text, long characters, RowKey key)
    {
        TextShapeSet shapes = _looksAtJson ? WithJson(row, text, key) : TextShapes.Of(text);
        if (shapes != TextShapeSet.None) Count(text, shapes);
        return fit is null || fit.HoldsText(text, characters, shapes);
    }

    [MethodImpl(Hot.Loop)]
    private void Count(ReadOnlySpan<byte> text, TextShapeSet shapes)
    {
        for (int bits = (int)shapes; bits != 0; bits &= bits - 1) _shapes[System.Numerics.BitOperations.TrailingZeroCount(bits)]++;
        if (shapes == TextShapeSet.Uuid && text.IndexOfAnyInRange((byte)'A', (byte)'F') < 0) LowerUuids++;
        if ((shapes & TextShapeSet.Instant) != 0 && !_manyForms) AddForm(text);
    }

    /// <summary>Two texts of one form are the same instant only where they are the same text.</summary>
    private void AddForm(ReadOnlySpan<byte> text)
    {
        Span<byte> form = stackalloc byte[8];
        int length = 0;
        if (text.Length > DateLength)
        {
            form[length++] = text[DateLength];
            ReadOnlySpan<byte> time = text[(DateLength + 1)..];
            int zone = time.LastIndexOfAny((byte)'Z', (byte)'+', (byte)'-');
            if (zone >= 0)
            {
                time[zone..].CopyTo(form[length..]);
                length += time.Length - zone;
            }
        }

        if (_form is null)
        {
            _form = form[..length].ToArray();
            _formLength = text.Length;
        }
        else
        {
            _manyForms = _formLength != text.Length || !form[..length].SequenceEqual(_form);
        }
    }

    private TextShapeSet WithJson(StatementRow row, ReadOnlySpan<byte> text, RowKey key)
    {
        // Other values than objects and arrays are JSON too where the column says so; elsewhere a number or a word is what it is.
        bool isLikely = !text.IsEmpty && text[0] is (byte)'{' or (byte)'[';
        TextShapeSet others = isLikely ? TextShapeSet.None : TextShapes.Of(text);
        string? why = "is no JSON";
        bool fits = (isLikely || _wantsJson) && JsonText.FitsJsonb(text, out why);
        bool isJson = fits || ((isLikely || _wantsJson) && JsonText.IsValid(text));
        if (fits) JsonbTexts++;
        else if (NotJsonb.IsWanted()) NotJsonb.Keep(new RowSample(key.Of(row), why ?? "is no JSON"));
        _looksAtJson = _wantsJson || fits;
        bool counts = isJson && (_wantsJson ? fits || fit is not { IsJsonb: true } : isLikely);
        return counts ? others | TextShapeSet.Json : others;
    }

    private bool AddBroken(StatementRow row, RowKey key, int at)
    {
        BrokenSurrogates++;
        _looksAtJson &= _wantsJson;
        if (Invalid.IsWanted()) Invalid.Keep(new RowSample(key.Of(row), string.Create(CultureInfo.InvariantCulture, $"is no UTF-16 from byte {at} on: half of a surrogate pair")));
        return false;
    }

    private bool AddInvalid(StatementRow row, ReadOnlySpan<byte> text, RowKey key)
    {
        _looksAtJson &= _wantsJson;
        if (Invalid.IsWanted()) Invalid.Keep(new RowSample(key.Of(row), string.Create(CultureInfo.InvariantCulture, $"is no UTF-8 from byte {FirstInvalid(text)} on")));
        return false;
    }

    private bool AddNul(StatementRow row, ReadOnlySpan<byte> text, int at, RowKey key)
    {
        _looksAtJson &= _wantsJson;
        if (Nul.IsWanted()) Nul.Keep(new RowSample(key.Of(row), string.Create(CultureInfo.InvariantCulture, $"holds U+0000 at byte {at} of {text.Length}")));
        return false;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int used) == System.Buffers.OperationStatus.Done) at += used;
        return at;
    }
}

/// <summary>How a database stores its texts.</summary>
internal enum SourceEncoding
{
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}
