using System.Globalization;
using System.Text.RegularExpressions;
using EmrSim.Core.Stores;
using EmrSim.Formatting;

namespace EmrSim.Core.Alarms;

/// <summary>Judges one set.</summary>
internal sealed partial class SetStatus(
    StatusQuery query, string destination, string set, IReadOnlyList<StoreEntry> entries, StoreHistory history, TimeProvider clock)
{
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly List<(EmrOutcome Outcome, string Text)> _problems = [];
    private readonly EmrBackup[] _backups = [.. entries.Select(e => e.Backup).OfType<EmrBackup>()];

    /// <summary>The status of the set.</summary>
    internal EmrBackupStatus Judge()
    {
        EmrBackup[] verified = [.. _backups.Where(BackupStore.IsVerified)];
        // What a clock that was wrong has dated must not hide that nothing was made since.
        EmrBackup? newest = verified.LastOrDefault(b => !IsFuture(b.CreatedUtc)) ?? verified.LastOrDefault();
        DateTimeOffset? proved = Proved();

        Fresh(newest);
        Readable();
        Tested();
        Runs(newest);
        Proof(proved);

        EmrOutcome outcome =
            _problems.Exists(p => p.Outcome == EmrOutcome.Failed) ? EmrOutcome.Failed :
            _problems.Count > 0 ? EmrOutcome.Inconclusive : EmrOutcome.Passed;
        return new EmrBackupStatus
        {
            Destination = destination,
            Name = set,
            Outcome = outcome,
            Newest = newest is null ? null : history.Proofs.Mark(newest),
            Age = newest is null ? null : _now - newest.CreatedUtc,
            ProvedUtc = proved,
            Problems = [.. _problems.Select(p => p.Text)],
            Summary = Summary(outcome, newest, proved),
        };
    }

    private void Fresh(EmrBackup? newest)
    {
        if (newest is null)
        {
            Fail(
                _backups.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"none of its {_backups.Length} backups is verified") :
                entries.Count == 0 && history.LastKept(set)?.File is { } gone
                    ? $"there is no backup: {gone} is gone, and was not removed with Remove-EmrBackup (if the set was given up, take its lines out of {HistoryFile.Name})"
                    : "there is no backup");
            return;
        }

        TimeSpan age = _now - newest.CreatedUtc;
        if (age > query.MaximumAge) Fail($"newest verified backup is {_Format.Age(age)} old (limit {_Format.Age(query.MaximumAge)})");
        foreach (EmrBackup future in _backups.Where(b => IsFuture(b.CreatedUtc)))
        {
            Doubt($"{future} is dated {_Format.Age(future.CreatedUtc - _now)} in the future: a clock was wrong");
        }

        // One whose level was Checksum on purpose is no finding; one whose checks could not run is.
        if (_backups[^1] is { Verification.Outcome: not EmrOutcome.Passed } last && !IsFuture(last.CreatedUtc)) Doubt($"the newest backup {last} could not be verified");
    }

    private void Readable()
    {
        foreach (EmrSimException error in entries.Select(e => e.Error).OfType<EmrSimException>())
        {
            Add(error.ErrorCode == ErrorCode.ManifestTooNew ? EmrOutcome.Inconclusive : EmrOutcome.Failed, error.Message);
        }
    }

    private void Tested()
    {
        HashSet<string> present = [.. _backups.Select(b => BackupStores.NameOf(b.Path))];
        foreach (EmrHistoryEntry test in FailedTests.Among(history.Tests(set)).Where(t => present.Contains(t.File!))) Fail(test.Reason ?? $"the test of {test.File} failed");
    }

    private void Runs(EmrBackup? newest)
    {
        if (history.Unreadable is { } why) Doubt(why);
        if (history.DamagedSinceLastBackup(set) is { } line) Doubt(string.Create(CultureInfo.InvariantCulture, $"line {line} of the history cannot be read"));
        if (history.Last(set, EmrRunKind.Backup) is { Outcome: EmrOutcome.Failed } run && !(run.StartedUtc < newest?.CreatedUtc && !IsFuture(newest.CreatedUtc)))
        {
            Fail($"the last run failed: {run.Reason ?? "it does not say why"}");
        }

        foreach (EmrRunKind kind in new[] { EmrRunKind.Mirror, EmrRunKind.Retention })
        {
            if (history.Last(set, kind) is { Outcome: EmrOutcome.Failed } last) Fail($"the last {kind} failed: {last.Reason ?? "it does not say why"}");
        }
    }

    private void Proof(DateTimeOffset? proved)
    {
        if (proved is { } time && query.MaximumProofAge is { } limit && _now - time > limit)
        {
            Fail($"proved restorable {_Format.Age(_now - time)} ago (limit {_Format.Age(limit)})");
        }
        else if (proved is null && (query.RequireProof || query.MaximumProofAge is not null))
        {
            Doubt("never proved restorable");
        }
    }

    private DateTimeOffset? Proved()
    {
        IEnumerable<DateTimeOffset> tests = history.Tests(set)
            .Where(t => t is { Level: EmrVerificationLevel.Restore, Outcome: EmrOutcome.Passed }).Select(t => t.StartedUtc);
        IEnumerable<DateTimeOffset> backups = _backups
            .Where(b => b.Verification is { Level: EmrVerificationLevel.Restore, Outcome: EmrOutcome.Passed }).Select(b => b.Verification.CheckedUtc);
        return tests.Concat(backups).Where(t => !IsFuture(t)).Select(t => (DateTimeOffset?)t).Max();
    }

    private string Summary(EmrOutcome outcome, EmrBackup? newest, DateTimeOffset? proved)
    {
        string text = outcome == EmrOutcome.Passed
            ? $"newest verified backup {_Format.Age(_now - newest!.CreatedUtc)} old, {_Format.Length(newest.StoredLength)}, {ProofText(proved)}"
            : string.Join("; ", _problems.OrderByDescending(p => p.Outcome).Select(p => p.Text));
        string word = outcome == EmrOutcome.Passed ? "OK" : outcome.ToString().ToUpperInvariant();
        return $"{word} {set}: {text}";
    }

    private string ProofText(DateTimeOffset? proved) => proved is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"proved restorable {TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone):yyyy-MM-dd}")
        : "never proved restorable";

    private bool IsFuture(DateTimeOffset time) => time > _now + s_clockTolerance;

    private void Fail(string text) => Add(EmrOutcome.Failed, text);

    private void Doubt(string text) => Add(EmrOutcome.Inconclusive, text);

    // A monitor reads one line, so none of them may be broken.
    private void Add(EmrOutcome outcome, string text) => _problems.Add((outcome, WhiteSpace().Replace(text, " ").Trim().TrimEnd('.')));

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex WhiteSpace();
}
