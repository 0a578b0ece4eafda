using System.Text;

namespace EmrSim.Core.Programs;

/// <summary>What a program has written to one of its streams so far. Who only waits for the end of the stream may wait for a daemon that the program started.</summary>
internal sealed class ProgramOutput : IDisposable
{
    // Nobody reads more of a message, and a program that never stops talking must not fill the memory.
    private const int Longest = 16 * 1024 * 1024;

    private readonly StringBuilder _text = new();
    private readonly CancellationTokenSource _stop = new();

    internal ProgramOutput(StreamReader stream) => Ended = ReadAsync(stream);

    /// <summary>Is done when the stream has ended.</summary>
    internal Task Ended { get; }

    /// <summary>What was written so far.</summary>
    internal string Text
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task ReadAsync(StreamReader stream)
    {
        char[] buffer = new char[4096];
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false) is > 0 and int read)
            {
                lock (_text)
                {
                    if (_text.Length < Longest) _text.Append(buffer, 0, read);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }
}
