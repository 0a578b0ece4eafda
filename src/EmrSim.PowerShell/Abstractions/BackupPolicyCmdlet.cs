using System.ComponentModel;
using System.Management.Automation;
using System.Security;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Core.Jobs;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that make backups: whom they are for, how long they stay, and where else they go.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BackupPolicyCmdlet : PathCmdlet
{
    /// <summary>Whom the backup is encrypted to: one or more recipients that begin with age1, as New-EmrBackupKey gives them. They are no secret.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Recipient { get; set; }

    /// <summary>A passphrase to encrypt the backup with. Recipients are safer: with them this machine holds nothing that reads its backups.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>A file that holds the passphrase and nothing else. Only its owner may read it; one that others can read is refused.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PassphraseFile { get; set; }

    /// <summary>How many of the newest verified backups stay, whatever their dates. 0 by default.</summary>
    [Parameter]
    public int? KeepLast { get; set; }

    /// <summary>How many days keep their newest verified backup. 7 by default.</summary>
    [Parameter]
    public int? KeepDaily { get; set; }

    /// <summary>How many ISO weeks keep their newest verified backup. 4 by default.</summary>
    [Parameter]
    public int? KeepWeekly { get; set; }

    /// <summary>How many months keep their newest verified backup. 6 by default.</summary>
    [Parameter]
    public int? KeepMonthly { get; set; }

    /// <summary>How many years keep their newest verified backup. 0 by default.</summary>
    [Parameter]
    public int? KeepYearly { get; set; }

    /// <summary>The time zone whose days, weeks and months are meant, as an IANA or Windows id. By default that of the machine.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>Leaves older backups alone, in both stores.</summary>
    [Parameter]
    public SwitchParameter NoRotation { get; set; }

    /// <summary>
    /// A second store that gets a copy of each backup: a folder, a share, or the address of a container. Whatever its policy keeps and it lacks is
    /// copied there too, a copy that you removed included; with <see cref="NoRotation"/> only what came after its newest copy.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MirrorTo { get; set; }

    /// <summary>A shared access signature or a connection string that opens the second store.</summary>
    [Parameter]
    public SecureString? MirrorSecret { get; set; }

    /// <summary>A file that holds the second store's secret and nothing else. Only its owner may read it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MirrorSecretFile { get; set; }

    /// <summary>As <see cref="KeepLast"/>, in the second store. By default as in the first.</summary>
    [Parameter]
    public int? MirrorKeepLast { get; set; }

    /// <summary>As <see cref="KeepDaily"/>, in the second store. By default as in the first.</summary>
    [Parameter]
    public int? MirrorKeepDaily { get; set; }

    /// <summary>As <see cref="KeepWeekly"/>, in the second store. By default as in the first.</summary>
    [Parameter]
    public int? MirrorKeepWeekly { get; set; }

    /// <summary>As <see cref="KeepMonthly"/>, in the second store. By default as in the first.</summary>
    [Parameter]
    public int? MirrorKeepMonthly { get; set; }

    /// <summary>As <see cref="KeepYearly"/>, in the second store. By default as in the first.</summary>
    [Parameter]
    public int? MirrorKeepYearly { get; set; }

    /// <summary>What the backup is encrypted with. To be called within the engine's call, since it may read a file.</summary>
    private protected Func<EncryptionKeys> Encryption()
    {
        string? file = PassphraseFile is null ? null : ResolvePath(PassphraseFile);
        return () => new EncryptionKeys { Recipients = Recipient ?? [], Passphrase = Secret.Of(Passphrase, file, nameof(Passphrase)) };
    }

    /// <summary>Which older backups stay; null to leave them alone.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy.</exception>
    private protected RetentionPolicy? Retention() =>
        NoRotation ? null : RetentionParameters.ToPolicy(KeepLast, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly, TimeZone);

    /// <summary>The second store. To be called within the engine's call, since it may read a file.</summary>
    private protected Func<MirrorTarget?> Mirror()
    {
        string? destination = MirrorTo is null ? null : ResolveStore(MirrorTo);
        string? file = MirrorSecretFile is null ? null : ResolvePath(MirrorSecretFile);
        return () => destination is null ? null : new MirrorTarget(destination, StoreAccess.Of(MirrorSecret, file)) { Retention = MirrorRetention() };
    }

    private RetentionPolicy? MirrorRetention() => NoRotation ? null : RetentionParameters.ToPolicy(
        MirrorKeepLast ?? KeepLast,
        MirrorKeepDaily ?? KeepDaily,
        MirrorKeepWeekly ?? KeepWeekly,
        MirrorKeepMonthly ?? KeepMonthly,
        MirrorKeepYearly ?? KeepYearly,
        TimeZone);
}
