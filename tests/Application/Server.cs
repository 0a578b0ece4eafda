using System.Runtime.InteropServices;

namespace EmrSim.Tests.Application;

/// <summary>The application while it runs.</summary>
internal sealed class Server(Instance instance) : IDisposable
{
    private const int Interval = 20;

    private readonly Settings _settings = new(instance.Folder);
    private readonly CancellationTokenSource _stop = new();

    internal int Run()
    {
        using PosixSignalRegistration signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            RequestStop();
        });
        using Storage storage = Storage.Open(_settings);
        if (storage.IsTooNew)
        {
            Console.Error.WriteLine("The database is newer than this application.");
            return 3;
        }

        File.Delete(instance.StopFile);
        using var health = new HealthEndpoint(_settings, storage);
        Instance.Claim(instance.PidFile);
        long nextWrite = Environment.TickCount64 + _settings.WriteInterval;
        while (!_stop.IsCancellationRequested && Instance.HasOwner())
        {
            _stop.Token.WaitHandle.WaitOne(Interval);
            if (File.Exists(instance.StopFile)) RequestStop();
            if (_settings.WriteInterval == 0 || Environment.TickCount64 < nextWrite) continue;
            storage.Write();
            nextWrite = Environment.TickCount64 + _settings.WriteInterval;
        }

        Thread.Sleep(_settings.StopDelay);
        return 0;
    }

    public void Dispose() => _stop.Dispose();

    private void RequestStop()
    {
        if (!_settings.IgnoresStop) _stop.Cancel();
    }
}
