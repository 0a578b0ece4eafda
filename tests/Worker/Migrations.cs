using EmrSim.Core.Migration;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Postgres;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Worker;

/// <summary>Migrations in a process that a test kills.</summary>
internal static class Migrations
{
    /// <summary><c>migrate database connection-string</c>; says each phase that begins, and the outcome or the error's code.</summary>
    internal static int Run(string database, string connection)
    {
        Program.Say("ready");
        var plan = new MigrationPlanRequest(
            database, "public", null, EmrMapping.Faithful, EmrMisfitAction.Stop, new Dictionary<string, string>(), new Dictionary<string, string>(), TimeSpan.FromSeconds(30));
        try
        {
            MigrationResult result = new MigrationEngine(NullLoggerFactory.Instance, TimeProvider.System)
                .RunAsync(new MigrationRequest(plan, PostgresTarget.Parse(connection)), new Phases(), default).GetAwaiter().GetResult();
            Program.Say(result.Migration.Outcome.ToString());
            return 0;
        }
        catch (EmrSimException e)
        {
            Program.Say(e.ErrorCode.ToString());
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private sealed class Phases : IProgress<OperationProgress>
    {
        private string _last = "";

        public void Report(OperationProgress value)
        {
            string phase = value.Status.Split(':')[0];
            if (phase == _last) return;
            _last = phase;
            Program.Say(phase);
        }
    }
}
