using EmrSim.Core.Postgres;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Asks a server whether it could take a migration now. What it lacks may be there when the migration comes, so it is no error of the plan.</summary>
internal static class ServerFindings
{
    /// <summary>What the server lacks, and what is to be known of it.</summary>
    /// <exception cref="EmrSimException">It could not be asked.</exception>
    internal static async Task<IReadOnlyList<EmrFinding>> AskAsync(PostgresTarget target, string schema, CancellationToken token)
    {
        await using PostgresSession session = await PostgresSession.OpenAsync(target, token).ConfigureAwait(false);
        try
        {
            return await PostgresPreflight.CheckAsync(session, schema, token).ConfigureAwait(false);
        }
        catch (EmrSimException e) when (
            e.ErrorCode is ErrorCode.PostgresTooOld or ErrorCode.PostgresNotUtf8 or ErrorCode.PostgresReadOnly or ErrorCode.PostgresAccessDenied or ErrorCode.TargetNotEmpty)
        {
            return [new EmrFinding(EmrSeverity.Warning, e.ErrorCode.ToString(), target.ToString(), e.Message, "See to it before the migration, which will refuse this.")];
        }
    }
}
