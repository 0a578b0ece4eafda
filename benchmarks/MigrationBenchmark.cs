using System.Globalization;

namespace EmrSim.Benchmarks;

/// <summary>Invoke-EmrMigration beside pgloader, its copy phase beside psql's \copy of a prepared file.</summary>
internal static class MigrationBenchmark
{
    private const double Limit = 0.6;
    private const double CopyLimit = 1.0;
    private const double MemoryLimit = 200;
    private const double BytesPerMegabyte = 1e6;

    internal static void Run(Workbench workbench)
    {
        long turns = workbench.Options.Turns;
        string source = workbench.Sample(turns);
        using var server = new PostgresServer();
        string folder = workbench.EmptyFolder("migration");
        string load = Path.Combine(folder, "pgloader.load"), file = Path.Combine(folder, "turns.copy");
        Console.WriteLine($"\nmigration: {turns:N0} turns, {new FileInfo(source).Length / BytesPerMegabyte:0} MB, {server.Version}, {workbench.Options.Rounds} rounds, taken in turn");
        List<double> pgloader = [], ours = [], copy = [], psql = [], memory = [];
        Dictionary<string, List<double>> phases = [];
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            string database = server.NewDatabase();
            File.WriteAllText(load, $"LOAD DATABASE FROM sqlite://{source} INTO {server.Uri(database)} WITH batch rows = 5000, prefetch rows = 5000;");
            pgloader.Add(Workbench.RunPeer($"pgloader {load}").Seconds);
            server.Drop(database);

            database = server.NewDatabase();
            string[] lines = workbench.RunModule(ModuleScript.Measured(
                $"$m = Invoke-EmrMigration {source} -ConnectionString {server.Uri(database)} -NoBackup -Confirm:$false; if ($m.Outcome -ne 'Passed') {{ throw 'not proved' }}; " +
                "$m.Phases | ForEach-Object { \"$($_.Name) $($_.Duration.TotalSeconds)\" | Out-Host }")).Output.TrimEnd().Split('\n');
            string[] figures = lines[^1].Split(' ');
            ours.Add(double.Parse(figures[0], CultureInfo.InvariantCulture));
            memory.Add(double.Parse(figures[1], CultureInfo.InvariantCulture) / BytesPerMegabyte);
            foreach (string[] phase in lines[..^1].Select(l => l.Split(' ')).Where(p => p.Length == 2))
            {
                if (!phases.TryGetValue(phase[0], out List<double>? times)) phases[phase[0]] = times = [];
                times.Add(double.Parse(phase[1], CultureInfo.InvariantCulture));
                if (phase[0] == "Copy") copy.Add(double.Parse(phase[1], CultureInfo.InvariantCulture));
            }

            if (round == 0) server.Psql(database, $"\\copy (select * from turns) to {file} (format binary)");
            server.Psql(database, "create table copied (like turns)");
            Workbench.Settle();
            psql.Add(server.Psql(database, $"\\copy copied from {file} (format binary)").Seconds);
            server.Drop(database);
        }

        Console.WriteLine($"  pgloader:            {Statistics.Show(pgloader)}");
        Console.WriteLine($"  Invoke-EmrMigration: {Statistics.Show(ours)}");
        foreach ((string name, List<double> times) in phases) Console.WriteLine($"    {name,-12} {Statistics.Show(times)}");
        double seconds = Statistics.Median(copy);
        Console.WriteLine($"  psql \\copy:          {Statistics.Show(psql)}");
        Console.WriteLine($"  our copy phase:      {Statistics.Show(copy)}, {turns / seconds:N0} rows/s, {new FileInfo(file).Length / BytesPerMegabyte / seconds:0} MB/s");
        Console.WriteLine($"  migration to pgloader: {Statistics.Ratio(Statistics.Median(ours), Statistics.Median(pgloader), Limit)}");
        Console.WriteLine($"  copy to psql:          {Statistics.Ratio(seconds, Statistics.Median(psql), CopyLimit)}");
        Console.WriteLine($"  peak memory: {memory.Max():0} MB (limit {MemoryLimit:0})");
    }
}
