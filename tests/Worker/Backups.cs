using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Worker;

/// <summary>Backups in a process that a test can kill or confine.</summary>
internal static class Backups
{
    private static readonly TimeSpan s_noTime = TimeSpan.FromMilliseconds(1);

    /// <summary>Makes one backup, or with <c>-Forever</c> one after the other, and says the path of each or the code of its error.</summary>
    internal static int Run(string database, string store, string[] options)
    {
        int secret = Array.IndexOf(options, "-SecretFile");
        var request = new BackupRequest(database, store)
        {
            Access = secret < 0 ? null : StoreAccess.Of(null, options[secret + 1]),
            Compression = options.Contains("-None") ? EmrCompression.None : EmrCompression.Zstd,
            VerificationLevel = options.Contains("-Restore") ? EmrVerificationLevel.Restore : EmrVerificationLevel.Integrity,
            BusyTimeout = options.Contains("-Impatient") ? s_noTime : TimeSpan.FromSeconds(30),
        };
        var engine = new BackupEngine(NullLoggerFactory.Instance, TimeProvider.System);
        Program.Say("ready");
        try
        {
            do Program.Say(engine.BackupAsync(request, null, CancellationToken.None).GetAwaiter().GetResult().Path);
            while (options.Contains("-Forever"));
            return 0;
        }
        catch (EmrSimException e)
        {
            Program.Say(e.ErrorCode.ToString());
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
