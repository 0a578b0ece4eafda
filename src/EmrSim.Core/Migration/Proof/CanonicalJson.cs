using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// Writes JSON in its one form, which is JSON itself: no white space, the keys of an object in the order of their bytes, of equal ones the last, as jsonb keeps it;
/// strings with no more escapes than they need; numbers as decimals without zeros at their ends, so 1.50 is 1.5 and 15e-1.
/// </summary>
internal sealed class CanonicalJson
{
    // jsonb itself is bound by PostgreSQL's stack; what is nested deeper is compared as it is stored.
    private const int MostNested = 1000;
    private const int MostPlainZeros = 20;

    private readonly List<Member> _members = [];
    private readonly DecimalDigits _number = new();
    private byte[] _bytes = new byte[1024];
    private byte[] _scratch = new byte[256];
    private int _length;

    /// <summary>The form of the text last written; valid until the next.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Brings a text into that form; false where it is no JSON.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> text)
    {
        _length = 0;
        _members.Clear();
        if (!MayBe(text)) return false;
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MostNested });
            reader.Read();
            WriteValue(ref reader);
            // Whatever follows is an error to the reader.
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or InsufficientExecutionStackException)
        {
            // Half of a surrogate pair as an escape is an InvalidOperationException.
            return false;
        }
    }

    /// <summary>A number that SQLite stored as one, in that form.</summary>
    internal bool TryWrite(double value)
    {
        Span<byte> text = stackalloc byte[32];
        return double.IsFinite(value) && value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture) && TryWrite(text[..length]);
    }

    /// <summary>The same of an integer.</summary>
    internal bool TryWrite(long value)
    {
        Span<byte> text = stackalloc byte[32];
        return value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture) && TryWrite(text[..length]);
    }

    // An exception costs more than a thousand comparisons, and a column may be full of other texts.
    private static bool MayBe(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text.TrimStart(" \t\r\n"u8);
        return rest.Length > 0 && rest[0] is (byte)'{' or (byte)'[' or (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'t' or (byte)'f' or (byte)'n';
    }

    private void WriteValue(ref Utf8JsonReader reader)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader);
                break;
            case JsonTokenType.String:
                WriteString(ref reader);
                break;
            case JsonTokenType.Number:
                WriteNumber(reader.ValueSpan);
                break;
            default:
                Append(reader.ValueSpan);
                break;
        }
    }

    private void WriteArray(ref Utf8JsonReader reader)
    {
        Append((byte)'[');
        bool first = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!first) Append((byte)',');
            first = false;
            WriteValue(ref reader);
        }

        Append((byte)']');
    }

    private void WriteObject(ref Utf8JsonReader reader)
    {
        Append((byte)'{');
        int start = _length, firstMember = _members.Count;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int key = _length;
            WriteString(ref reader);
            int keyEnd = _length;
            Append((byte)':');
            reader.Read();
            WriteValue(ref reader);
            _members.Add(new Member(key, keyEnd, _length));
        }

        Arrange(start, firstMember);
        Append((byte)'}');
    }

    /// <summary>Puts the members of an object in order, and leaves out those whose key comes again.</summary>
    private void Arrange(int start, int firstMember)
    {
        Span<Member> members = CollectionsMarshal.AsSpan(_members)[firstMember..];
        members.Sort(new KeyOrder(_bytes));
        byte[] arranged = ArrayPool<byte>.Shared.Rent(_length - start + members.Length);
        int length = 0;
        for (int i = 0; i < members.Length; i++)
        {
            Member member = members[i];
            if (i + 1 < members.Length && KeyOrder.Key(_bytes, member).SequenceEqual(KeyOrder.Key(_bytes, members[i + 1]))) continue;
            if (length > 0) arranged[length++] = (byte)',';
            _bytes.AsSpan(member.Start..member.End).CopyTo(arranged.AsSpan(length));
            length += member.End - member.Start;
        }

        _length = start;
        Append(arranged.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(arranged);
        _members.RemoveRange(firstMember, _members.Count - firstMember);
    }

    private void WriteString(ref Utf8JsonReader reader)
    {
        Append((byte)'"');
        if (!reader.ValueIsEscaped)
        {
            // What needs an escape has one.
            if (!System.Text.Unicode.Utf8.IsValid(reader.ValueSpan)) throw new JsonException();
            Append(reader.ValueSpan);
        }
        else
        {
            if (_scratch.Length < reader.ValueSpan.Length) _scratch = new byte[reader.ValueSpan.Length];
            int length = reader.CopyString(_scratch);
            foreach (byte letter in _scratch.AsSpan(0, length)) AppendEscaped(letter);
        }

        Append((byte)'"');
    }

    private void AppendEscaped(byte letter)
    {
        if (letter is (byte)'"' or (byte)'\\')
        {
            Append((byte)'\\');
            Append(letter);
        }
        else if (letter < 0x20)
        {
            Append("\\u00"u8);
            Append((byte)('0' + (letter >> 4)));
            Append((byte)"0123456789abcdef"[letter & 15]);
        }
        else
        {
            Append(letter);
        }
    }

    private void WriteNumber(ReadOnlySpan<byte> text)
    {
        // An exponent that no number can hold is left as it is written.
        if (!_number.TryRead(text))
        {
            Append(text);
            return;
        }

        ReadOnlySpan<byte> digits = _number.Digits;
        int exponent = _number.Exponent, point = digits.Length + exponent;
        if (digits.IsEmpty)
        {
            Append((byte)'0');
            return;
        }

        if (_number.IsNegative) Append((byte)'-');
        if (exponent > MostPlainZeros || point < -MostPlainZeros)
        {
            Append(digits);
            Append((byte)'e');
            Span<byte> written = stackalloc byte[16];
            exponent.TryFormat(written, out int length, default, CultureInfo.InvariantCulture);
            Append(written[..length]);
        }
        else if (exponent >= 0)
        {
            Append(digits);
            for (int i = 0; i < exponent; i++) Append((byte)'0');
        }
        else if (point > 0)
        {
            Append(digits[..point]);
            Append((byte)'.');
            Append(digits[point..]);
        }
        else
        {
            Append("0."u8);
            for (int i = point; i < 0; i++) Append((byte)'0');
            Append(digits);
        }
    }

    private void Append(byte letter)
    {
        if (_length == _bytes.Length) Array.Resize(ref _bytes, 2 * _length);
        _bytes[_length++] = letter;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A member of an object by its place in the bytes.</summary>
    private readonly record struct Member(int Start, int KeyEnd, int End);

    private readonly struct KeyOrder(byte[] bytes) : IComparer<Member>
    {
        // Of equal keys the one that was written last comes last.
        public int Compare(Member x, Member y)
        {
            int order = Key(bytes, x).SequenceCompareTo(Key(bytes, y));
            return order != 0 ? order : x.Start.CompareTo(y.Start);
        }

        internal static ReadOnlySpan<byte> Key(byte[] bytes, Member member) => bytes.AsSpan(member.Start..member.KeyEnd);
    }
}
