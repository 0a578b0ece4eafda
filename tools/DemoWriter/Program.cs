namespace EmrSim.DemoWriter;

/// <summary>
/// An application that writes to its database all the time, without a line of EmrSim in it: <c>emrsim-demo-writer database</c>.
/// </summary>
/// <remarks>
/// It answers every line on stdin with the number of rows that it has committed and the longest commit since the last answer in
/// milliseconds, and ends with stdin, so it never outlives the demo.
/// </remarks>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [string database])
        {
            Console.Error.WriteLine("usage: emrsim-demo-writer <database>");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        var writer = new TurnWriter(database);
        Task writing = Task.Run(() => writer.Run(stop.Token));
        while (!writing.IsCompleted && await Console.In.ReadLineAsync() is not null)
        {
            if (!writing.IsFaulted) Console.WriteLine(writer.Report());
        }

        await stop.CancelAsync();
        await writing;
        return 0;
    }
}
