using System.Management.Automation;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Help;

/// <summary>What Get-Help shows, read from the built module.</summary>
public sealed class HelpTests
{
    private static readonly string[] s_common =
    [
        .. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters,
    ];

    /// <summary>Every example of every cmdlet, by the cmdlet's name and the example's number.</summary>
    public static TheoryData<string, int> Examples()
    {
        using var session = new ModuleSession();
        var data = new TheoryData<string, int>();
        foreach (string name in CommandNames(session))
        {
            int count = Codes(session, name).Length;
            for (int i = 0; i < count; i++) data.Add(name, i);
        }

        return data;
    }

    public static TheoryData<string> Commands()
    {
        using var session = new ModuleSession();
        return [.. CommandNames(session)];
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_runs_without_an_error(string command, int number)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("emrsim-module-");
        try
        {
            using var session = new ModuleSession();
            session.MoveTo(folder.FullName);
            session.Run("New-EmrSampleDatabase app.db -Turns 50 | Out-Null; 1..2 | ForEach-Object { Backup-EmrDatabase app.db backups -NoRotation } | Out-Null").ThrowOnError();

            // A backup that has lost its manifest.
            session.Run("Backup-EmrDatabase app.db lost | Out-Null").ThrowOnError();
            foreach (string manifest in Directory.GetFiles(Path.Combine(folder.FullName, "lost"), "*.json")) File.Delete(manifest);

            // The root of an application.
            Directory.CreateDirectory(Path.Combine(folder.FullName, "emr"));
            File.WriteAllText(Path.Combine(folder.FullName, "emr", ".env"), "SQLITE_PATH=../app.db");

            WriteSecret(Path.Combine(folder.FullName, "notify.uri"), "http://127.0.0.1:9/nobody-listens");

            string code = Codes(session, command)[number];
            if (code.Contains("-TimeZone ", StringComparison.Ordinal)) Wine.Cannot(TestZone.NoIana);
            SessionResult result = session.Run(code).ThrowOnError();

            // Removals and -WhatIf give nothing; everything else gives something.
            bool silent = code.Contains("Remove-", StringComparison.Ordinal) || code.Contains("-WhatIf", StringComparison.Ordinal);
            // What is scheduled on this machine is not for a test to say.
            if (!code.StartsWith("Get-EmrBackupSchedule", StringComparison.Ordinal)) Assert.Equal(silent, result.Output.Length == 0);
        }
        finally
        {
            TempFolder.Remove(folder.FullName);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_cmdlet_has_a_synopsis_a_description_and_a_text_for_every_parameter(string command)
    {
        using var session = new ModuleSession();
        PSObject help = session.Run("Get-Help $args[0] -Full", command).ThrowOnError().Output.Single();

        Assert.EndsWith(".", help.Properties["Synopsis"].Value.ToString());
        Assert.NotEmpty(session.Run("(Get-Help $args[0]).Description.Text", command).Output);
        string[] described =
        [
            .. session.Run("(Get-Help $args[0] -Full).Parameters.Parameter | Where-Object { $_.Description.Text } | ForEach-Object Name", command)
                .Output.Select(o => (string)o.BaseObject),
        ];
        string[] parameters =
        [
            .. session.Run("(Get-Command $args[0]).Parameters.Keys", command).Output.Select(o => (string)o.BaseObject).Except(s_common),
        ];
        Assert.Empty(parameters.Except(described));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Asking_with_a_question_mark_shows_the_help_and_runs_nothing(string command)
    {
        using var session = new ModuleSession();

        SessionResult result = session.Run($"{command} -?").ThrowOnError();

        Assert.Equal(command, result.Output.Single().Properties["Name"].Value.ToString());
    }

    [Theory]
    [InlineData("about_EmrSim")]
    [InlineData("about_EmrSim_Backup")]
    [InlineData("about_EmrSim_Security")]
    [InlineData("about_EmrSim_Retention")]
    [InlineData("about_EmrSim_Scheduling")]
    public void Topics_are_found(string topic)
    {
        using var session = new ModuleSession();

        string text = session.Run("Get-Help $args[0]", topic).ThrowOnError().Output.Single().ToString();

        Assert.Contains(topic, text, StringComparison.Ordinal);
        Assert.Contains("SEE ALSO", text, StringComparison.Ordinal);
    }

    private static void WriteSecret(string path, string secret)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.WriteAllText(path, secret);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return;
        }

        using var current = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(current.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        using FileStream file = new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write, FileShare.None, 4096, FileOptions.None, security);
        file.Write(Encoding.UTF8.GetBytes(secret));
    }

    private static string[] CommandNames(ModuleSession session) =>
        [.. session.Run("Get-Command -Module EmrSim | ForEach-Object Name").ThrowOnError().Output.Select(o => (string)o.BaseObject)];

    private static string[] Codes(ModuleSession session, string command) =>
        [.. session.Run("(Get-Help $args[0] -Full).Examples.Example | ForEach-Object Code", command).ThrowOnError().Output.Select(o => (string)o.BaseObject)];
}
