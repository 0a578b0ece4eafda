using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Formatting;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>Says what a restore would do. Only manifests are read.</summary>
internal static class RestorePlan
{
    /// <summary>The steps in their order.</summary>
    internal static IReadOnlyList<PlannedStep> Make(RestoreRequest request, string path, ILogger logger)
    {
        (TestSubject subject, BackupManifest manifest) = BackupChoice.Find(request.Source, path);
        new RestorePreflight(request, path, logger).RequireSense(subject.Backup!, lookOnly: true);
        RestoreEngine.RequireFinished(path);

        EmrApplication? application = request.Application;
        bool controlled = application is { Control: not EmrApplicationControl.None };
        string service = application?.Service is { } name ? $"'{name}'" : "the application";
        var steps = new List<PlannedStep>
        {
            new(RestoreSteps.Preflight, $"Test '{subject.StoredPath}' and unpack it ({_Format.Length(manifest.Plain.Length)}) beside '{path}'"),
        };
        if (controlled) steps.Add(new PlannedStep(RestoreSteps.Stop, application!.StopCommand is { } stop ? $"Stop the application: {stop}" : $"Stop {service}"));
        steps.Add(new PlannedStep(RestoreSteps.Wait, $"Wait until nobody has '{path}' open"));
        if (File.Exists(path))
        {
            string log = WholeDatabase.IsAlone(path) ? "" : " and its log";
            steps.Add(new PlannedStep(RestoreSteps.SafetyCopy, $"Keep '{path}'{log} as '{path}.emr-safety-…' until the next verified backup"));
        }

        steps.Add(new PlannedStep(RestoreSteps.Swap, $"Put the database of {_Format.Time(manifest.CreatedUtc)} in the place of '{path}', with no log of the old one"));
        steps.Add(new PlannedStep(RestoreSteps.Verify, $"Check '{path}': SHA-256, integrity, foreign keys, rows, schema"));
        if (controlled) steps.Add(new PlannedStep(RestoreSteps.Start, application!.StartCommand is { } start ? $"Start the application: {start}" : $"Start {service}"));
        if (Validation(application, controlled) is { Count: > 0 } proofs) steps.Add(new PlannedStep(RestoreSteps.Validate, $"Validate: {string.Join(", ", proofs)}"));
        return steps;
    }

    private static List<string> Validation(EmrApplication? application, bool controlled)
    {
        var proofs = new List<string>();
        if (application?.HealthUrl is { } url) proofs.Add($"'{url}' answers");
        if (controlled) proofs.Add("the application has this file open");
        if (application?.ValidateQuery is { } query) proofs.Add($"the query {query}");
        if (application?.ValidateCommand is { } command) proofs.Add($"the command {command}");
        return proofs;
    }
}
