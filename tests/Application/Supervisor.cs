using System.Diagnostics;

namespace EmrSim.Tests.Application;

/// <summary>A watchdog: whenever the application has ended, it starts it again.</summary>
internal static class Supervisor
{
    internal static int Run(Instance instance)
    {
        Instance.Claim(instance.SupervisorPidFile);
        while (Instance.HasOwner())
        {
            using (Process application = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["run", instance.Folder]) { CreateNoWindow = true })!) application.WaitForExit();
            Thread.Sleep(new Settings(instance.Folder).RestartDelay);
        }

        return 0;
    }
}
