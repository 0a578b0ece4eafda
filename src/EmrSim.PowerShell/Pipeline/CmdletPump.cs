using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using EmrSim.Core.Progress;

namespace EmrSim.PowerShell.Pipeline;

/// <summary>
/// Carries what engine work on a worker thread has to say to the pipeline thread, the only one that may write to a cmdlet's streams.
/// </summary>
/// <param name="showProgress">Writes a progress record; called on the pipeline thread only.</param>
internal sealed class CmdletPump(Action<OperationProgress> showProgress) : IProgress<OperationProgress>, IDisposable
{
    // The worker waits when the pipeline is this far behind, so no number of records grows memory.
    private const int Capacity = 256;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(100);

    private readonly BlockingCollection<(Action Run, Action? Drop)> _queue = new(Capacity);
    private OperationProgress? _progress;
    private long _progressShown;

    /// <summary>Queues something for the pipeline thread; waits while the queue is full. What comes after the end is dropped.</summary>
    internal void Post(Action action) => Enqueue(action, drop: null);

    /// <summary>Has the pipeline thread do something, and gives back what came of it. Cancelled where the pipeline has ended first.</summary>
    /// <param name="function">What to do. The pipeline waits for it, so records and progress stay behind it.</param>
    internal Task<T> InvokeAsync<T>(Func<T> function)
    {
        // The worker must not go on on the pipeline's thread.
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(
            () =>
            {
                try
                {
                    result.SetResult(function());
                }
                catch (PipelineStoppedException)
                {
                    result.TrySetCanceled();
                    throw;
                }
                catch (Exception e)
                {
                    result.SetException(e);
                }
            },
            () => result.TrySetCanceled());
        return result.Task;
    }

    /// <summary>Notes the newest progress; older ones that were not shown yet are forgotten.</summary>
    public void Report(OperationProgress value) => Volatile.Write(ref _progress, value);

    /// <summary>Runs work on a worker and writes on this thread what it has to say, until it has ended.</summary>
    /// <param name="work">The work.</param>
    /// <param name="stop">Is cancelled when writing throws, as after Select-Object -First 1.</param>
    internal void Run(Func<Task> work, CancellationTokenSource stop)
    {
        Task worker = Task.Run(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            finally
            {
                _queue.CompleteAdding();
            }
        });

        ExceptionDispatchInfo? aborted = null;
        while (!_queue.IsCompleted)
        {
            bool taken = _queue.TryTake(out (Action Run, Action? Drop) item, s_progressInterval);
            // After an abort the queue is emptied unread: the worker must be able to go on to its end and clean up.
            if (aborted is not null)
            {
                item.Drop?.Invoke();
                continue;
            }

            try
            {
                if (taken) item.Run();
                ShowProgress();
            }
            catch (Exception e)
            {
                aborted = ExceptionDispatchInfo.Capture(e);
                stop.Cancel();
            }
        }

        try
        {
            worker.GetAwaiter().GetResult();
        }
        catch (Exception) when (aborted is not null)
        {
            // What ended the pipeline comes first; the worker's error is only its echo.
        }

        aborted?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private void Enqueue(Action run, Action? drop)
    {
        try
        {
            _queue.Add((run, drop));
        }
        catch (InvalidOperationException)
        {
            // A library's background thread may log after the work has ended; nobody is left to read it.
            drop?.Invoke();
        }
    }

    private void ShowProgress()
    {
        if (_progressShown != 0 && Stopwatch.GetElapsedTime(_progressShown) < s_progressInterval) return;
        if (Interlocked.Exchange(ref _progress, null) is not { } newest) return;
        _progressShown = Stopwatch.GetTimestamp();
        showProgress(newest);
    }
}
