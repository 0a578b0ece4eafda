using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Secrets;

/// <summary>
/// A machine of its own: an account with secrets in files, its home and temporary folder, and a pwsh, for which the mini host stands in. Whatever
/// its processes write lies below one folder.
/// </summary>
internal sealed class SecretWorld : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string s_host = ModuleSession.FindArtifacts("bin", "EmrSim.MiniHost", "release", "emrsim-shell");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emrsim-module-");
    private readonly Dictionary<string, string> _streams = [];

    internal SecretWorld()
    {
        foreach (string name in new[] { "secrets", "home", "tmp", "bin" }) _folder.CreateSubdirectory(name);
        Journal = JournalSocket.TryMake(At("journal"));
        File.WriteAllText(Pwsh, "#!/bin/sh\n" + Wrapper.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Pwsh, OwnerOnly | UnixFileMode.UserExecute);
    }

    internal string Pwsh => At("bin", "pwsh");

    /// <summary>The system's log of this machine; null where the test may not make one.</summary>
    internal JournalSocket? Journal { get; }

    // Every stream is shown, in jobs too.
    private static string Wrapper { get; } = $$"""
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0 DOTNET_ROOT='{{Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))}}'
        [ "$1 $2 $3" = "-NoProfile -NonInteractive -File" ] || exit 64
        exec '{{s_host}}' -c "\$VerbosePreference = 'Continue'; \$DebugPreference = 'Continue'; & '$4' $5; exit \$LASTEXITCODE"

        """;

    internal string At(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    /// <summary>Keeps a secret in a file that only its owner can read.</summary>
    internal string AddSecret(string name, string secret)
    {
        string path = At("secrets", name);
        File.WriteAllText(path, secret);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, OwnerOnly);
        return path;
    }

    /// <summary>Runs a script as a file, with the module imported, and keeps what it says.</summary>
    internal ShellResult Run(string name, string script, string input = "")
    {
        string path = At(name + ".ps1");
        File.WriteAllText(path, $"Import-Module '{ModuleSession.ManifestPath}'\n{script}\nexit 0\n");
        return RunFile(name, path, input: input);
    }

    /// <summary>Runs a script file as a scheduler does, with next to no environment, and keeps what it says.</summary>
    internal ShellResult RunFile(string name, string path, string argument = "", string input = "")
    {
        var start = new ProcessStartInfo(Pwsh, ["-NoProfile", "-NonInteractive", "-File", path, .. argument.Length > 0 ? [argument] : Array.Empty<string>()])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = At("home");
        start.Environment["TMPDIR"] = At("tmp");
        Journal?.Show(start);
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        ShellResult result = ShellProcess.ReadToEnd(process);
        lock (_streams) _streams[name] = result.Output + result.Errors;
        return result;
    }

    /// <summary>Everything that the processes said and everything that lies below the folder, but for the files of the secrets.</summary>
    internal Dictionary<string, byte[]> Everything()
    {
        Dictionary<string, byte[]> all = Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories)
            .Where(f => !f.StartsWith(At("secrets") + "/", StringComparison.Ordinal) && !f.StartsWith(At("journal") + "/", StringComparison.Ordinal))
            .ToDictionary(f => Path.GetRelativePath(_folder.FullName, f), File.ReadAllBytes);
        foreach ((string name, string said) in _streams) all["what was said by " + name] = Encoding.UTF8.GetBytes(said);
        if (Journal is not null) all["the system's log"] = Encoding.UTF8.GetBytes(string.Join('\n', Journal.Said));
        return all;
    }

    public void Dispose()
    {
        Journal?.Dispose();
        TempFolder.Remove(_folder.FullName);
    }
}
