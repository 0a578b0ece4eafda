using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Compares two databases, each in one state, value by value. Neither is written.</summary>
/// <param name="loggers">Where events go.</param>
public sealed class CompareEngine(ILoggerFactory loggers)
{
    // A database that nobody has open is read without locks, which only costs when somebody opens it meanwhile.
    private const int UnlockedAttempts = 2;

    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Migration");

    /// <summary>Compares them. What could not be compared is an error, and never passes for equal.</summary>
    /// <exception cref="EmrSimException">
    /// NothingToCompare, ComparisonInconsistent, SchemaNotUtf8, SchemaNotReadable, what the opening of a database says, and what PostgreSQL says.
    /// </exception>
    public Task<CompareResult> CompareAsync(CompareRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.MaximumDifferences < 1) throw new EmrSimException(ErrorCode.InvalidArgument, "-MaximumDifferences is a number above zero.");
        return Task.Run(() => RunAsync(request, progress, token), token);
    }

    private async Task<CompareResult> RunAsync(CompareRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        Log.CompareStarted(_logger, request.Left.ToString(), request.Right.ToString());
        for (int attempt = 1; attempt <= UnlockedAttempts; attempt++)
        {
            if (await TryAsync(request, false, progress, token).ConfigureAwait(false) is { } result) return result;
            Log.CompareAgain(_logger, request.Left.ToString(), request.Right.ToString());
        }

        return await TryAsync(request, true, progress, token).ConfigureAwait(false) ?? throw new EmrSimException(
            ErrorCode.DatabaseLocked,
            $"'{request.Left}' or '{request.Right}' was written while it was locked against writing: its locks do not hold. It may lie on a network share. " +
            "Nothing can be said of them; compare again while nobody writes, or compare a backup.",
            request.Left.ToString());
    }

    /// <summary>Null where a database was changed while it was read.</summary>
    private async Task<CompareResult?> TryAsync(CompareRequest request, bool locked, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        // Where one side fails the statements of the other are to end, too.
        await using IComparedDatabase left = await OpenAsync(request.Left, request, locked, token).ConfigureAwait(false);
        await using IComparedDatabase right = await OpenAsync(request.Right, request, locked, token).ConfigureAwait(false);
        try
        {
            CompareResult result = await new DatabaseComparer(left, right, request, _logger, progress).CompareAsync(token).ConfigureAwait(false);
            return left.IsOneState && right.IsOneState ? result : null;
        }
        catch (Exception e) when (e is EmrSimException or SqliteFault && !(left.IsOneState && right.IsOneState))
        {
            // What was read while it was written may be any nonsense.
            return null;
        }
        catch (SqliteFault fault)
        {
            throw SqliteSource.Explain(fault);
        }
    }

    private async Task<IComparedDatabase> OpenAsync(CompareSource source, CompareRequest request, bool locked, CancellationToken token) => source.Target is { } target
        ? await PostgresSide.OpenAsync(target, source.Schema, token).ConfigureAwait(false)
        : await Task.Run(() => SqliteSide.Open(source.Path!, locked, request.BusyTimeout, _logger, token), token).ConfigureAwait(false);
}
