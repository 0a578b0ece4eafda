using EmrSim.Core.Files;

namespace EmrSim.Core.Encryption;

/// <summary>A file with secret keys, as New-EmrBackupKey and age-keygen write it: a key a line, comments after #.</summary>
internal static class IdentityFile
{
    /// <summary>Reads all its keys; they are zeroed when they are disposed of.</summary>
    /// <exception cref="EmrSimException">InvalidIdentity; what <see cref="SecretFile.Read"/> throws.</exception>
    internal static List<X25519Identity> Read(string path)
    {
        ReadOnlySpan<char> text = SecretFile.Read(path);
        RequireKind(text, path);
        var identities = new List<X25519Identity>();
        try
        {
            int number = 0;
            foreach (ReadOnlySpan<char> whole in text.EnumerateLines())
            {
                number++;
                ReadOnlySpan<char> line = whole.Trim();
                if (line.IsEmpty || line[0] == '#') continue;
                identities.Add(X25519Identity.TryParse(line) ?? throw InvalidLine(line, number, path));
            }

            return identities.Count > 0 ? identities : throw new EmrSimException(
                ErrorCode.InvalidIdentity, $"'{path}' holds no key: no line of it begins with {X25519Identity.Name}1.", path);
        }
        catch
        {
            foreach (X25519Identity identity in identities) identity.Dispose();
            throw;
        }
    }

    private static void RequireKind(ReadOnlySpan<char> text, string path)
    {
        string? kind = text switch
        {
            _ when text.StartsWith("age-encryption.org/") || text.StartsWith(AgeHeader.ArmorStart) =>
                "is itself encrypted, which EmrSim does not read. Decrypt it first with age -d, into a file that only you can read",
            _ when text.StartsWith("-----BEGIN") => "is an SSH or PEM key, which EmrSim does not read. Use an identity of age",
            _ => null,
        };
        if (kind is not null) throw new EmrSimException(ErrorCode.InvalidIdentity, $"'{path}' {kind}.", path);
    }

    // The line may be a secret with a typing error: it is told by its number only.
    private static EmrSimException InvalidLine(ReadOnlySpan<char> line, int number, string path)
    {
        string reason = line switch
        {
            _ when line.StartsWith("age1", StringComparison.OrdinalIgnoreCase) =>
                "is a recipient, the public half of a key. The identity is the line that begins with AGE-SECRET-KEY-1",
            _ when line.StartsWith("AGE-PLUGIN-", StringComparison.OrdinalIgnoreCase) => "names a plugin of age, which EmrSim does not run",
            _ when line.StartsWith("AGE-SECRET-KEY-PQ-", StringComparison.OrdinalIgnoreCase) => "is a post-quantum key, which EmrSim does not read yet",
            _ when line.StartsWith(X25519Identity.Name, StringComparison.OrdinalIgnoreCase) =>
                "is a mistyped key: its checksum is wrong, or letters are in lower case, or it is cut off",
            _ => "is neither a key nor a comment",
        };
        return new EmrSimException(ErrorCode.InvalidIdentity, $"Line {number} of '{path}' {reason}.", path);
    }
}
