using EmrSim.Core.Logging;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>
/// A set belongs to one database: retention counts its backups as states of the same one. Two machines that have databases at the same path
/// must not thin out each other's.
/// </summary>
internal static class SetOwner
{
    /// <summary>Refuses another database than that of the set's newest backup, unless the set was named: a database can move.</summary>
    /// <param name="newest">The newest backup of the set.</param>
    /// <param name="request">What is to be backed up.</param>
    /// <param name="set">The set.</param>
    /// <param name="logger">Is warned where the database is another one and the set was named.</param>
    /// <exception cref="EmrSimException">SetBelongsToAnotherSource.</exception>
    internal static void Require(EmrBackup newest, BackupRequest request, string set, ILogger logger)
    {
        SourceIdentity owner = SourceIdentity.Of(newest);
        if (owner.MayBe(request.Source)) return;
        if (request.Name is null)
        {
            throw new EmrSimException(
                ErrorCode.SetBelongsToAnotherSource,
                $"The set '{set}' in '{request.Destination}' holds backups of {owner}, not of {request.Source}. Give this database a set of its own with -Name. " +
                $"If it is the same one that has only moved, or its machine has another name now, name the set explicitly, once: -Name '{set}'.",
                request.SourcePath);
        }

        Log.SetGoesOn(logger, set, owner.ToString(), request.Source.ToString());
    }
}
