using System.Management.Automation;
using EmrSim.Core.Encryption;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Makes a key for encrypted backups.</summary>
/// <remarks>
/// <para>
/// A key has two halves. The recipient, which begins with <c>age1</c>, encrypts and is no secret: it stands on the machine that makes backups. The
/// identity, in the file that this cmdlet writes, decrypts: keep it away from that machine, and in more than one place. Whoever loses the identity
/// loses every backup that was encrypted to its recipient, and nobody can help.
/// </para>
/// <para>
/// Only the owner of the file can read it. A file that is there is never overwritten, since it may be the only key of some backups. The file is
/// one that <c>age</c> and <c>age-keygen</c> read, and theirs serve EmrSim.
/// </para>
/// </remarks>
/// <example>
/// Make a key
/// <code>New-EmrBackupKey backup-key.txt</code>
/// Shows the recipient. Move the file to where backups are restored, not where they are made.
/// </example>
/// <example>
/// Keep the recipient for the script that makes backups
/// <code>$recipient = (New-EmrBackupKey -Path backup-key.txt).Recipient; $recipient</code>
/// It is no secret, and may stand in a script.
/// </example>
/// <example>
/// See what would be made
/// <code>New-EmrBackupKey backup-key.txt -WhatIf</code>
/// No key is made.
/// </example>
/// <seealso cref="BackupEmrDatabaseCommand"/>
/// <seealso cref="TestEmrBackupCommand"/>
[Cmdlet(VerbsCommon.New, "EmrBackupKey", SupportsShouldProcess = true)]
[OutputType(typeof(EmrBackupKey))]
public sealed class NewEmrBackupKeyCommand : EmrCmdlet
{
    /// <summary>The identity file to make. Its folder must be there.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string path = ResolvePath(Path);
        if (!ShouldProcess(path, "Make a key for encrypted backups")) return;
        Run(path, call => new BackupKeyEngine(TimeProvider.System).CreateAsync(new BackupKeyRequest(path), call.Token), WriteObject);
    }
}
