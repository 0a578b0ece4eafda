using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>What restores keep beside a database until there is a verified backup of what they made.</summary>
internal static class SafetyCopies
{
    /// <summary>Removes those that are older than a verified backup of the database. Where a restore is unfinished, none is.</summary>
    /// <param name="database">The database that was backed up.</param>
    /// <param name="backup">When its snapshot was taken.</param>
    /// <param name="logger">Is told of each.</param>
    /// <returns>SafetyCopyKept for each that could not be removed.</returns>
    internal static IReadOnlyList<EmrSimException> RemoveFor(string database, DateTimeOffset backup, ILogger logger)
    {
        try
        {
            string path = SqliteSource.Resolve(database);
            RestoreRecord? journal = RestoreJournal.Read(path);
            if (journal is { State: not RestoreState.Done } || (journal is not null && journal.StartedUtc >= backup)) return [];
            EmrSimException[] errors = [.. RestoreFiles.Safeties(path).Where(s => s.Made < backup).Select(s => Remove(s.Path, logger)).OfType<EmrSimException>()];
            // Without the copy there is nothing that could be undone.
            if (journal is not null && !File.Exists(journal.SafetyCopy)) RestoreJournal.Remove(path);
            return errors;
        }
        catch (EmrSimException e)
        {
            // A journal that nobody can read keeps everything as it is.
            Log.SafetyCopyKept(logger, database, e.Message);
            return [e];
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return [Kept(database, e, logger)];
        }
    }

    private static EmrSimException? Remove(string path, ILogger logger)
    {
        try
        {
            WholeDatabase.Remove(path);
            Log.SafetyCopyRemoved(logger, path);
            return null;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return Kept(path, e, logger);
        }
    }

    private static EmrSimException Kept(string path, Exception e, ILogger logger)
    {
        Log.SafetyCopyKept(logger, path, e.Message);
        return new EmrSimException(ErrorCode.SafetyCopyKept, $"The safety copy '{path}' is no longer needed, but it could not be removed: {e.Message}", path, e);
    }
}
