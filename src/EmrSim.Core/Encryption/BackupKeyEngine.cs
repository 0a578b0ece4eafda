using System.Globalization;
using System.Text;
using EmrSim.Core.Files;

namespace EmrSim.Core.Encryption;

/// <summary>Where a new key is wanted.</summary>
/// <param name="Path">The identity file to make, as an absolute path.</param>
public sealed record BackupKeyRequest(string Path);

/// <summary>Makes keys for encrypted backups.</summary>
/// <param name="time">The clock.</param>
public sealed class BackupKeyEngine(TimeProvider time)
{
    /// <summary>Makes a key and writes its identity file, which only its owner can read, in the form of age-keygen.</summary>
    /// <param name="request">Where.</param>
    /// <param name="token">Stops it before the file is made.</param>
    /// <exception cref="EmrSimException">TargetExists, DestinationNotFound, AccessDenied, DiskFull, IoError.</exception>
    public Task<EmrBackupKey> CreateAsync(BackupKeyRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Create(request.Path), token);
    }

    private EmrBackupKey Create(string path)
    {
        if (Directory.Exists(path)) throw new EmrSimException(ErrorCode.TargetExists, $"'{path}' is a folder. Name the file to make in it.", path);
        string? folder = Path.GetDirectoryName(path);
        if (!Directory.Exists(folder))
        {
            throw new EmrSimException(ErrorCode.DestinationNotFound, $"There is no folder '{folder}' for the key. Make one that only you can enter.", path);
        }

        DateTimeOffset created = time.GetUtcNow();
        using var identity = X25519Identity.Generate();
        string recipient = identity.Recipient.ToString();
        byte[] comments = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"# created: {created.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\n# public key: {recipient}\n"));
        using var content = new SecretBytes(comments.Length + X25519Identity.TextLength + 1);
        comments.CopyTo(content.Span);
        identity.WriteTo(content.Span[comments.Length..]);
        content.Span[^1] = (byte)'\n';
        SecretFile.WriteNew(path, content.Span);
        return new EmrBackupKey(recipient, path, created);
    }
}
