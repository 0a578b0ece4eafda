namespace EmrSim.Tests.Application;

/// <summary>
/// A small application as the reference application is one: it opens the database that its <c>.env</c> names, keeps it open, and answers on
/// <c>/api/health</c>. <c>emrsim-test-app run|start|stop|kill|supervise|start-supervised folder</c>; Settings.cs says what the <c>.env</c> may hold.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not [string verb, string folder]) return Usage();
        var instance = new Instance(Path.GetFullPath(folder));
        switch (verb)
        {
            case "run":
                using (var server = new Server(instance)) return server.Run();
            case "supervise":
                return Supervisor.Run(instance);
            case "start":
                return instance.Start("run", instance.PidFile);
            case "start-supervised":
                return instance.Start("supervise", instance.SupervisorPidFile);
            case "stop":
                return instance.Stop();
            case "kill":
                instance.Kill();
                return 0;
            default:
                return Usage();
        }
    }

    private static int Usage()
    {
        Console.Error.WriteLine("usage: emrsim-test-app run|start|stop|kill|supervise|start-supervised <folder>");
        return 2;
    }
}
