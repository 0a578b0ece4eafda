using System.ComponentModel;
using System.Management.Automation;
using EmrSim.Core.Scheduling;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that write a script which looks up secrets by their names.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NamedSecretCmdlet : ScheduledBackupCmdlet
{
    /// <summary>The name under which the job finds the passphrase: in a vault of SecretManagement or, in a runbook, as an encrypted variable.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PassphraseSecret { get; set; }

    /// <summary>The name under which the job finds the secret of the destination: in a vault of SecretManagement or, in a runbook, as an encrypted variable.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StoreSecretName { get; set; }

    /// <summary>The name under which the job finds the secret of the second store: in a vault of SecretManagement or, in a runbook, as an encrypted variable.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MirrorSecretName { get; set; }

    /// <summary>The name under which the job finds the URL to notify: in a vault of SecretManagement or, in a runbook, as an encrypted variable.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NotifyUriSecret { get; set; }

    private protected override IEnumerable<ScheduledSecret> NamedSecrets()
    {
        (string Parameter, string? Name, bool IsText)[] all =
        [
            ("Passphrase", PassphraseSecret, false), ("StoreSecret", StoreSecretName, false), ("MirrorSecret", MirrorSecretName, false),
            ("NotifyUri", NotifyUriSecret, true),
        ];
        return all.Where(s => s.Name is not null).Select(s => new ScheduledSecret(s.Parameter, null, s.Name, s.IsText));
    }
}
