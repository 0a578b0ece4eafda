using System.Text;
using System.Text.Json;
using EmrSim.Core.Alarms;
using EmrSim.Core.Backup;
using EmrSim.Core.Files;
using EmrSim.Core.Jobs;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Alarms;

/// <summary>Notifications, against a real server. Whatever the server does, a good backup stays good.</summary>
public sealed class NotifyTests : IDisposable
{
    private const string Secret = "T0ken-that-nobody-may-see";
    private const string Ping = "/ping/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278";

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);
    private static readonly NotifyLimits s_patient = new(3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), s_moment);

    private readonly BackupFixture _fixture = new();

    public NotifyTests() => TestDatabase.Create(_fixture.Source);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_success_is_posted_once_with_all_facts()
    {
        using var server = new HookServer();

        EmrBackup backup = (await RunAsync(server.Address($"/hook/{Secret}?x=1"))).Backup;

        HookRequest request = Assert.Single(server.Requests);
        Assert.Equal(("POST", $"/hook/{Secret}?x=1"), (request.Method, request.Path));
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        JsonElement facts = Parse(request);
        Assert.True(facts.GetProperty("success").GetBoolean());
        Assert.Equal(
            ("passed", "app", _fixture.Source, _fixture.Store, Path.GetFileName(backup.Path)),
            (Text(facts, "outcome"), Text(facts, "name"), Text(facts, "sourcePath"), Text(facts, "destination"), Text(facts, "file")));
        Assert.Equal((backup.DatabaseLength, backup.StoredLength, 500), (facts.GetProperty("databaseLength").GetInt64(), facts.GetProperty("storedLength").GetInt64(), facts.GetProperty("rows").GetInt64()));
        Assert.Equal(("integrity", Environment.MachineName), (Text(facts, "level"), Text(facts, "host")));
        Assert.False(facts.TryGetProperty("error", out _));
        Assert.StartsWith($"Backup of app on {Environment.MachineName} passed: ", Text(facts, "text"), StringComparison.Ordinal);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 8001);
    }

    [Fact]
    public async Task A_failure_is_posted_with_its_error_and_stays_the_failure_that_it_is()
    {
        using var server = new HookServer();
        await File.WriteAllTextAsync(_fixture.Source, "no database, but long enough to be one, if it were only one; it is not, however, so let it be refused and somebody told.");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => RunAsync(server.Address("/hook")));

        JsonElement facts = Parse(Assert.Single(server.Requests));
        Assert.Equal(ErrorCode.NotADatabase, error.ErrorCode);
        Assert.False(facts.GetProperty("success").GetBoolean());
        Assert.Equal(("failed", "NotADatabase", error.Message), (Text(facts, "outcome"), Text(facts, "error"), Text(facts, "reason")));
    }

    [Fact]
    public async Task B1_A_job_that_dies_before_it_begins_is_posted_logged_and_in_the_history()
    {
        using var server = new HookServer();
        Directory.CreateDirectory(_fixture.Store);
        var request = new BackupRequest(_fixture.Folder.File("none.db"), _fixture.Store);
        var missing = new EmrSimException(ErrorCode.SourceNotFound, "There is no database.", request.SourcePath);

        Assert.Same(missing, await Assert.ThrowsAsync<EmrSimException>(() => Engine().RefuseAsync(Job(server.Address("/hook"), request), missing)));

        Assert.Equal("SourceNotFound", Text(Parse(Assert.Single(server.Requests)), "error"));
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1003);
        Assert.Contains("SourceNotFound", await File.ReadAllTextAsync(Path.Combine(_fixture.Store, "history.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_is_stopped_is_posted_too()
    {
        using var server = new HookServer();
        using var stop = new CancellationTokenSource();
        var progress = new Synchronous(_ => stop.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine().RunAsync(Job(server.Address("/hook"), _fixture.Request), progress, stop.Token));

        Assert.Equal("It was stopped.", Text(Parse(Assert.Single(server.Requests)), "reason"));
    }

    [Fact]
    public async Task A_job_that_is_stopped_after_its_backup_was_published_does_not_call_the_backup_failed()
    {
        using var server = new HookServer();
        using var stop = new CancellationTokenSource();
        BackupJobRequest job = Job(server.Address("/hook"), _fixture.Request) with { Mirror = new MirrorTarget(_fixture.Folder.File("mirror"), null) };
        var progress = new Synchronous(p =>
        {
            if (p.Activity.EndsWith("to the second store", StringComparison.Ordinal)) stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine().RunAsync(job, progress, stop.Token));

        JsonElement facts = Parse(Assert.Single(server.Requests));
        Assert.False(facts.GetProperty("success").GetBoolean());
        Assert.Equal("passed", Text(facts, "outcome"));
        Assert.Equal(Path.GetFileName(Assert.Single(Directory.GetFiles(_fixture.Store, "*.zst"))), Text(facts, "file"));
        Assert.Contains("was published, but not everything was done: The job was stopped", Text(facts, "text"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_fixture.Folder.File("mirror"), "*.json"));
    }

    [Fact]
    public async Task A_good_backup_in_a_job_that_did_not_do_everything_is_no_success()
    {
        using var server = new HookServer();
        await _fixture.BackupAsync();
        File.Delete(Path.Combine(_fixture.Store, "history.jsonl"));
        Directory.CreateDirectory(Path.Combine(_fixture.Store, "history.jsonl"));

        await RunAsync(server.Address("/hook"));

        JsonElement facts = Parse(Assert.Single(server.Requests));
        Assert.False(facts.GetProperty("success").GetBoolean());
        Assert.Equal(("passed", "HistoryNotWritten"), (Text(facts, "outcome"), Text(facts, "error")));
    }

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("429 Too Many Requests")]
    public async Task What_may_pass_is_tried_again(string first)
    {
        using var server = new HookServer(n => n == 1 ? first : "204 No Content");

        await RunAsync(server.Address("/hook"));

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
        Assert.DoesNotContain(_fixture.Log.Events, e => e.Id == 8002);
    }

    [Theory]
    [InlineData("500 Internal Server Error", 3)]
    [InlineData("404 Not Found", 1)]
    [InlineData("302 Found", 1)]
    public async Task What_does_not_pass_is_a_warning(string answer, int tries)
    {
        using var server = new HookServer(_ => answer);

        await RunAsync(server.Address($"/hook/{Secret}"));

        Assert.Equal(tries, server.Requests.Count);
        Assert.Contains(answer[..3], Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_is_a_warning()
    {
        using var server = new HookServer(_ => null);

        await RunAsync(server.Address($"/hook/{Secret}"), new NotifyLimits(2, TimeSpan.FromMilliseconds(300), TimeSpan.FromMinutes(1), s_moment));

        Assert.Contains("did not answer in time (2 of 2 tries)", Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_tries_together_have_a_limit()
    {
        using var server = new HookServer(_ => "500 Internal Server Error");

        await RunAsync(server.Address($"/hook/{Secret}"), new NotifyLimits(3, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2), TimeSpan.FromDays(1)));

        Assert.Single(server.Requests);
        Assert.Contains("500", Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_warning()
    {
        string address;
        using (var server = new HookServer()) address = server.Address($"/hook/{Secret}");

        await RunAsync(address);

        Assert.Contains("3 of 3 tries", Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_within_the_host_is_followed_with_the_facts()
    {
        using var server = new HookServer(n => n == 1 ? "307 Temporary Redirect\r\nLocation: /moved" : "200 OK");

        await RunAsync(server.Address("/hook"));

        Assert.Equal(["/hook", "/moved"], server.Requests.Select(r => r.Path));
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
        Assert.DoesNotContain(_fixture.Log.Events, e => e.Id == 8002);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_not_followed()
    {
        using var other = new HookServer();
        using var server = new HookServer(_ => $"308 Permanent Redirect\r\nLocation: {other.Address($"/{Secret}", "localhost")}");

        await RunAsync(server.Address($"/hook/{Secret}"));

        Assert.Empty(other.Requests);
        Assert.Single(server.Requests);
        Assert.Contains("'localhost'", Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_in_a_circle_ends()
    {
        using var server = new HookServer(_ => "307 Temporary Redirect\r\nLocation: /hook");

        await RunAsync(server.Address("/hook"));

        Assert.Equal(4, server.Requests.Count);
        Assert.Contains("circle", Warning(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_and_a_password_in_the_address_go_into_the_header()
    {
        using var server = new HookServer();

        await RunAsync($"http://me:{Secret}%21@127.0.0.1:{server.Port}/hook");

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Secret}!")), Assert.Single(server.Requests).Headers["Authorization"]);
        AssertNoSecret();
    }

    [Theory]
    [InlineData(false, Ping + "/fail")]
    [InlineData(true, Ping)]
    public async Task Healthchecks_are_pinged_for_success_and_by_fail_for_failure(bool good, string path)
    {
        using var server = new HookServer();
        if (!good) File.Delete(_fixture.Source);

        Task run = RunAsync(server.Address(Ping + "?rid=1"));

        if (good) await run;
        else await Assert.ThrowsAsync<EmrSimException>(() => run);
        HookRequest request = Assert.Single(server.Requests);
        Assert.Equal(path + "?rid=1", request.Path);
        Assert.Equal("app", Text(Parse(request), "name"));
    }

    [Fact]
    public async Task Slack_gets_its_text_with_its_special_characters_escaped()
    {
        using var server = new HookServer();
        string source = TestDatabase.Create(_fixture.Folder.File("a&b.db"));

        await Engine().RunAsync(Job(server.Address("/hook"), new BackupRequest(source, _fixture.Store), EmrNotifyFormat.Slack), null, default);

        JsonElement body = Parse(Assert.Single(server.Requests));
        Assert.Equal("text", Assert.Single(body.EnumerateObject()).Name);
        Assert.StartsWith(":white_check_mark: Backup of a&amp;b on ", Text(body, "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_gets_a_message_with_an_adaptive_card()
    {
        using var server = new HookServer();

        await Engine().RunAsync(Job(server.Address("/hook"), _fixture.Request, EmrNotifyFormat.Teams), null, default);

        JsonElement body = Parse(Assert.Single(server.Requests));
        Assert.Equal("message", Text(body, "type"));
        JsonElement attachment = body.GetProperty("attachments")[0];
        Assert.Equal("application/vnd.microsoft.card.adaptive", Text(attachment, "contentType"));
        JsonElement card = attachment.GetProperty("content");
        Assert.Equal(("AdaptiveCard", "1.4"), (Text(card, "type"), Text(card, "version")));
        Assert.Equal("Good", Text(card.GetProperty("body")[0], "color"));
        string[] titles = [.. card.GetProperty("body")[1].GetProperty("facts").EnumerateArray().Select(f => Text(f, "title"))];
        Assert.Equal(["Database", "Destination", "File", "Size", "Rows", "Verified", "Started", "Duration", "Host"], titles);
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T/B/x", EmrNotifyFormat.Slack)]
    [InlineData("https://contoso.webhook.office.com/webhookb2/x", EmrNotifyFormat.Teams)]
    [InlineData("https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y", EmrNotifyFormat.Teams)]
    [InlineData("https://default1.2f.environment.api.powerplatform.com/x", EmrNotifyFormat.Teams)]
    [InlineData("https://hc-ping.com/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278", EmrNotifyFormat.Healthchecks)]
    [InlineData("https://hc-ping.com/key/my-slug", EmrNotifyFormat.Healthchecks)]
    [InlineData("https://checks.example.org" + Ping, EmrNotifyFormat.Healthchecks)]
    [InlineData("https://ntfy.sh/topic", EmrNotifyFormat.Generic)]
    [InlineData("https://hooks.slack.com.example.org/services", EmrNotifyFormat.Generic)]
    public void The_form_is_told_by_the_address_unless_it_is_given(string address, EmrNotifyFormat format)
    {
        Assert.Equal(format, NotifyTarget.From(new NotifyRequest(address, null, EmrNotifyFormat.Auto)).Format);
        Assert.Equal(EmrNotifyFormat.Generic, NotifyTarget.From(new NotifyRequest(address, null, EmrNotifyFormat.Generic)).Format);
    }

    [Fact]
    public async Task The_address_may_stand_in_a_file_that_only_its_owner_can_read()
    {
        using var server = new HookServer();
        string file = _fixture.Folder.File("notify.uri");
        SecretFile.WriteNew(file, server.Address($"/hook/{Secret}") + "\n");

        BackupJobResult result = await Engine().RunAsync(
            new BackupJobRequest(_fixture.Request) { Notify = new NotifyRequest(null, file, EmrNotifyFormat.Auto) }, null, default);

        Assert.Empty(result.Problems);
        Assert.Equal($"/hook/{Secret}", Assert.Single(server.Requests).Path);
    }

    [Theory]
    [InlineData("missing", ErrorCode.SecretNotFound)]
    [InlineData("exposed", ErrorCode.SecretExposed)]
    [InlineData("nonsense", ErrorCode.InvalidArgument)]
    [InlineData("ftp", ErrorCode.InvalidArgument)]
    [InlineData("both", ErrorCode.InvalidArgument)]
    public async Task An_address_that_makes_no_sense_is_an_error_of_the_job_beside_the_good_backup(string what, ErrorCode code)
    {
        Assert.SkipWhen(what == "exposed" && OperatingSystem.IsWindows(), "Modes of files are Unix's.");
        string file = _fixture.Folder.File("notify.uri");
        if (what != "missing") SecretFile.WriteNew(file, what == "ftp" ? $"ftp://host/{Secret}" : Secret);
        if (what == "exposed" && !OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var request = new NotifyRequest(what == "both" ? $"https://host/{Secret}" : null, file, EmrNotifyFormat.Auto);

        var job = new BackupJobRequest(_fixture.Request) { Notify = request };

        BackupJobResult result = await Engine().RunAsync(job, null, default);

        Assert.Equal(EmrOutcome.Passed, result.Backup.Verification.Outcome);
        EmrSimException error = Assert.Single(result.Problems);
        Assert.Equal(code, error.ErrorCode);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        AssertNoSecret();

        // Nor does it hide why a backup failed.
        File.Delete(_fixture.Source);
        EmrSimException failure = await Assert.ThrowsAsync<EmrSimException>(() => Engine().RunAsync(job, null, default));
        Assert.Equal(ErrorCode.SourceNotFound, failure.ErrorCode);
        AssertNoSecret();
    }

    [Fact]
    public async Task Plain_http_to_another_machine_is_warned_of()
    {
        string address = $"http://no-such-host.invalid/{Secret}";

        await RunAsync(address);

        Assert.Contains(_fixture.Log.Events, e => e.Id == 8003 && e.Level == LogLevel.Warning);
        Assert.Contains("'no-such-host.invalid'", Warning(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, new NotifyRequest(address, null, EmrNotifyFormat.Auto).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, NotifyTarget.From(new NotifyRequest(address, null, EmrNotifyFormat.Auto)).ToString(), StringComparison.Ordinal);
    }

    private static JsonElement Parse(HookRequest request) => JsonDocument.Parse(request.Body).RootElement;

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static BackupJobRequest Job(string address, BackupRequest request, EmrNotifyFormat format = EmrNotifyFormat.Auto) =>
        new(request) { Notify = new NotifyRequest(address, null, format) };

    private BackupJob Engine(NotifyLimits? limits = null) => new(_fixture.Loggers(), TimeProvider.System) { Limits = limits ?? s_patient };

    private async Task<BackupJobResult> RunAsync(string address, NotifyLimits? limits = null)
    {
        BackupJobResult result = await Engine(limits).RunAsync(Job(address, _fixture.Request), null, default);
        Assert.Equal(EmrOutcome.Passed, result.Backup.Verification.Outcome);
        Assert.DoesNotContain(result.Problems, e => e.ErrorCode != ErrorCode.HistoryNotWritten);
        return result;
    }

    private string Warning()
    {
        AssertNoSecret();
        return Assert.Single(_fixture.Log.Events, e => e.Id == 8002 && e.Level == LogLevel.Warning).Message;
    }

    private void AssertNoSecret()
    {
        Assert.NotEmpty(_fixture.Log.Events);
        Assert.DoesNotContain(_fixture.Log.Events, e => e.Message.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, File.Exists(Path.Combine(_fixture.Store, "history.jsonl")) ? File.ReadAllText(Path.Combine(_fixture.Store, "history.jsonl")) : "", StringComparison.Ordinal);
    }
}
