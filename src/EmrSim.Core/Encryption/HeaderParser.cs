using System.Security.Cryptography;
using System.Text;

namespace EmrSim.Core.Encryption;

/// <summary>Reads the header of an age file, and nothing that deviates from its grammar.</summary>
/// <param name="bytes">The beginning of the file.</param>
/// <param name="path">The file, for errors.</param>
internal ref struct HeaderParser(ReadOnlySpan<byte> bytes, string path)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The beginning of the file: all of it, or more than the longest header.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="EmrSimException">EncryptedHeaderDamaged, EncryptedFileTruncated.</exception>
    internal static AgeHeader Parse(ReadOnlySpan<byte> bytes, string path) => new HeaderParser(bytes, path).Parse();

    private AgeHeader Parse()
    {
        RequireVersion();
        var stanzas = new List<AgeStanza>();
        while (true)
        {
            int start = _at;
            string line = ReadLine();
            if (line.StartsWith(AgeHeader.StanzaStart, StringComparison.Ordinal))
            {
                stanzas.Add(ReadStanza(line));
            }
            else if (line.StartsWith(AgeHeader.MacStart + " ", StringComparison.Ordinal))
            {
                byte[]? mac = RawBase64.Decode(line[(AgeHeader.MacStart.Length + 1)..]);
                if (mac is not { Length: SHA256.HashSizeInBytes }) throw Damaged("its digest is malformed");
                if (stanzas.Count == 0) throw Damaged("it is for nobody");
                return new AgeHeader(stanzas, _bytes[..(start + AgeHeader.MacStart.Length)].ToArray(), mac, _at);
            }
            else
            {
                throw Damaged("a line of it begins neither a key nor its end");
            }
        }
    }

    private void RequireVersion()
    {
        ReadOnlySpan<byte> expected = Encoding.ASCII.GetBytes(AgeHeader.VersionStart + AgeHeader.Version + "\n");
        if (_bytes.StartsWith(expected))
        {
            _at = expected.Length;
            return;
        }

        if (_bytes.Length < expected.Length && expected.StartsWith(_bytes)) throw Truncated();
        if (_bytes.StartsWith(Encoding.ASCII.GetBytes(AgeHeader.ArmorStart)))
        {
            throw new EmrSimException(
                ErrorCode.EncryptedHeaderDamaged, $"'{path}' is an age file in its text form (armor), which EmrSim does not read. Decrypt it with age -d.", path);
        }

        if (!_bytes.StartsWith(Encoding.ASCII.GetBytes(AgeHeader.VersionStart)))
        {
            throw new EmrSimException(ErrorCode.EncryptedHeaderDamaged, $"'{path}' is no age file, or its beginning is damaged.", path);
        }

        throw Damaged($"it is not of version {AgeHeader.Version} of the format, which alone EmrSim reads");
    }

    private AgeStanza ReadStanza(string line)
    {
        string[] arguments = line[AgeHeader.StanzaStart.Length..].Split(' ');
        if (arguments.Any(string.IsNullOrEmpty)) throw Damaged("an argument is empty");
        var body = new List<byte>();
        string text;
        do
        {
            text = ReadLine();
            if (text.Length > AgeHeader.Columns || RawBase64.Decode(text) is not { } bytes) throw Damaged("a wrapped key is malformed");
            body.AddRange(bytes);
        }
        while (text.Length == AgeHeader.Columns);
        return new AgeStanza(arguments[0], arguments[1..], [.. body]);
    }

    private string ReadLine()
    {
        ReadOnlySpan<byte> rest = _bytes[_at..];
        int length = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = length < 0 ? rest : rest[..length];
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~')) throw Damaged("it holds bytes that are no printable ASCII");
        if (_at + line.Length > AgeHeader.LongestLength) throw Damaged($"it is longer than {AgeHeader.LongestLength} bytes");
        if (length < 0) throw Truncated();
        _at += length + 1;
        return Encoding.ASCII.GetString(line);
    }

    private readonly EmrSimException Damaged(string how) =>
        new(ErrorCode.EncryptedHeaderDamaged, $"The header of '{path}' is damaged: {how}.", path);

    private readonly EmrSimException Truncated() => new(
        ErrorCode.EncryptedFileTruncated,
        _bytes.IsEmpty ? $"'{path}' is empty." : $"'{path}' is cut off: it ends within its header, after {_bytes.Length} bytes.",
        path);
}
