using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Invoke-EmrMigration through PowerShell, into a real PostgreSQL.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class MigrationCommandTests : IDisposable
{
    private readonly CommandFolder _at = new();
    private readonly PostgresDatabase _target = PostgresCluster.Require().CreateDatabase();

    public MigrationCommandTests() => _at.MakeDatabases("app.db");

    [Fact]
    public void A_database_is_backed_up_migrated_and_found_equal()
    {
        SessionResult result = _at.Run("Invoke-EmrMigration app.db -ConnectionString $args[0] -BackupDestination store", _target.Uri).ThrowOnError();

        Assert.Equal(["Passed"], result.Values("Outcome"));
        Assert.Equal(["1"], _at.Run("@(Get-EmrBackup store).Count").ThrowOnError().Output.Select(o => o.ToString()));
        Assert.Equal(50L, _target.Scalar("SELECT count(*) FROM turns"));
        Assert.Empty(_at.Run("Compare-EmrDatabase app.db -ConnectionString $args[0]", _target.Uri).ThrowOnError().Output);
        Assert.Equal(["TargetNotEmpty"], _at.Run("Invoke-EmrMigration app.db -ConnectionString $args[0] -NoBackup", _target.Uri).ErrorIds);
    }

    [Fact]
    public void What_was_migrated_is_compared_from_either_side()
    {
        _at.Run("Invoke-EmrMigration app.db -ConnectionString $args[0] -NoBackup", _target.Uri).ThrowOnError();
        Assert.Empty(_at.Run("Compare-EmrDatabase -ConnectionString $args[0] -DifferencePath app.db", _target.Uri).ThrowOnError().Output);

        _target.Run("DELETE FROM turns WHERE id = (SELECT min(id) FROM turns)");
        _at.Change("app.db", "UPDATE personas SET display_name = display_name || ' ' WHERE rowid = 1");

        SessionResult result = _at.Run("Compare-EmrDatabase -ConnectionString $args[0] -DifferencePath app.db", _target.Uri).ThrowOnError();
        Assert.Equal(["Value", "RowAdded"], result.Values("Kind"));
        Assert.Equal(["personas", "turns"], result.Values("Table"));
        Assert.Equal($"{result.Output[0].Properties["Left"].Value} ", result.Output[0].Properties["Right"].Value);
    }

    [Fact]
    public void A_plan_goes_in_by_the_pipeline_and_by_its_file_and_a_rehearsal_leaves_nothing()
    {
        _at.Run("New-EmrMigrationPlan app.db -OutFile plan.json | Out-Null; Backup-EmrDatabase app.db store | Out-Null").ThrowOnError();

        SessionResult rehearsed = _at.Run("Invoke-EmrMigration -PlanPath plan.json -Rehearse -BackupDestination store -ConnectionString $args[0]", _target.Uri).ThrowOnError();
        Assert.Equal(["Passed"], rehearsed.Values("Outcome"));
        Assert.Equal(["True"], rehearsed.Values("Rehearsal"));
        Assert.Equal(0L, _target.Scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));

        SessionResult real = _at.Run("New-EmrMigrationPlan app.db | Invoke-EmrMigration -NoBackup -ConnectionString $args[0]", _target.Uri).ThrowOnError();
        Assert.Equal(["Passed"], real.Values("Outcome"));
        Assert.Equal(50L, _target.Scalar("SELECT count(*) FROM turns"));
    }

    [Fact]
    public void The_parts_of_a_connection_string_and_a_file_serve_as_well()
    {
        File.WriteAllText(_at.File("pg.secret"), _target.Uri);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_at.File("pg.secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _at.Run("Invoke-EmrMigration app.db -ConnectionStringFile pg.secret -NoBackup -Rehearse").ThrowOnError();
        _at.Run(
            "$word = [securestring]::new(); foreach ($c in $args[1].ToCharArray()) { $word.AppendChar($c) }; " +
            "Invoke-EmrMigration app.db -Server 127.0.0.1 -Port $args[2] -Database $args[3] -Credential ([pscredential]::new($args[0], $word)) -SslMode disable -NoBackup",
            _target.User, _target.Password, _target.Cluster.Port, _target.Name).ThrowOnError();
    }

    [Fact]
    public void What_SQLite_keeps_beside_a_database_is_none_that_a_pattern_means()
    {
        File.WriteAllText(_at.File("app.db-wal"), "");

        Assert.Empty(_at.Run("Invoke-EmrMigration app* -ConnectionString $args[0] -NoBackup -Rehearse", _target.Uri).ThrowOnError().ErrorIds);
    }

    [Theory]
    [InlineData("-NoBackup", "InvalidArgument")]
    [InlineData("-ConnectionString postgres://emr:s3cret@127.0.0.1:1/emr", "InvalidArgument")]
    [InlineData("-ConnectionString postgres://emr:s3cret@127.0.0.1:1/emr -NoBackup", "PostgresUnreachable")]
    [InlineData("-ConnectionString postgres://emr:s3cret@127.0.0.1:1/emr -NoBackup -BackupDestination store", "InvalidArgument")]
    [InlineData("-ConnectionString postgres://emr:s3cret@127.0.0.1:1/emr -NoBackup -BackupDestination store -Rehearse", "InvalidArgument")]
    [InlineData("-ConnectionString 'nonsense s3cret' -NoBackup", "InvalidConnectionString")]
    [InlineData("-Server h -ConnectionString postgres://emr:s3cret@h/emr -NoBackup", "InvalidArgument")]
    [InlineData("-ConnectionString postgres://emr:s3cret@h/emr -Port 5 -NoBackup", "InvalidArgument")]
    public void A_call_that_cannot_work_has_an_error_of_its_own_without_the_secret(string parameters, string id)
    {
        SessionResult result = _at.Run($"Invoke-EmrMigration app.db {parameters}");

        Assert.Equal([id], result.ErrorIds);
        Assert.DoesNotContain("s3cret", string.Join('\n', result.Errors.Select(e => e.ToString() + e.Exception)), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_wrong_password_and_a_missing_database_are_told_apart()
    {
        string uri = _target.Uri;
        Assert.Equal(["PostgresLoginFailed"], _at.Run("Invoke-EmrMigration app.db -NoBackup -ConnectionString $args[0]", uri.Replace(_target.Password, "wrong", StringComparison.Ordinal)).ErrorIds);
        Assert.Equal(["PostgresDatabaseMissing"], _at.Run("Invoke-EmrMigration app.db -NoBackup -ConnectionString $args[0]", uri + "_none").ErrorIds);
    }

    [Fact]
    public void Rejected_rows_are_an_error_beside_the_result()
    {
        _at.Change("app.db", "UPDATE turns SET audio_ms = 'long' WHERE rowid = 7");

        Assert.Equal(["MigrationNotPossible"], _at.Run("Invoke-EmrMigration app.db -NoBackup -ConnectionString $args[0]", _target.Uri).ErrorIds);
        SessionResult result = _at.Run("Invoke-EmrMigration app.db -NoBackup -OnMisfit Reject -RejectPath rejects.sql -ConnectionString $args[0]", _target.Uri);

        Assert.Equal(["RowsRejected"], result.ErrorIds);
        Assert.Equal(["Inconclusive"], result.Values("Outcome"));
        Assert.Contains("audio_ms is no integer", File.ReadAllText(_at.File("rejects.sql")), StringComparison.Ordinal);
        Assert.Equal(49L, _target.Scalar("SELECT count(*) FROM turns"));
    }

    public void Dispose()
    {
        _at.Dispose();
        _target.Dispose();
    }
}
