using System.Diagnostics;

namespace EmrSim.Tests.Support;

/// <summary>A program of others that a test needs: where it is missing the test is skipped, and in CI on Linux, where build.sh installs it, it fails.</summary>
public static class ExternalTool
{
    /// <summary>The path of a program.</summary>
    public static string Require(string name)
    {
        return Find(name) ?? Miss(name);
    }

    /// <summary>The path of a file of a package of npm, which build.sh installs below artifacts.</summary>
    public static string RequireNpm(string package, params string[] below) => FindNpm(package, below) ?? Miss(package);

    /// <summary>The same; null where it is missing.</summary>
    public static string? FindNpm(string package, params string[] below)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine([folder.FullName, "artifacts", "tools", package, "node_modules", package, .. below]);
            if (File.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>A path that was looked for in another way than on the PATH; null where it is missing.</summary>
    public static string Require(string name, string? path) => path ?? Miss(name);

    private static string Miss(string name)
    {
        string reason = $"There is no {name} here; build.sh test installs it where it may.";
        if (IsRequired) Assert.Fail(reason);
        Assert.Skip(reason);
        return reason;
    }

    /// <summary>Whether a test whose program is missing fails.</summary>
    public static bool IsRequired => OperatingSystem.IsLinux() &&
        (Environment.GetEnvironmentVariable("EMRSIM_REQUIRE_TOOLS") == "1" || Environment.GetEnvironmentVariable("CI") is { Length: > 0 } and not "false");

    /// <summary>The path of a program, where there is one.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(f => Path.Combine(f, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program that must succeed.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>What it wrote to both streams.</returns>
    public static string Run(string program, string[] arguments, string input = "")
    {
        using Process process = Started.Of(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }
}
