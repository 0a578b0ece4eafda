using System.Runtime.InteropServices;

namespace EmrSim.Tests.Support;

/// <summary>Wine, which runs the Windows build of the tests on Linux. docs/windows.md lists what it cannot do.</summary>
public static class Wine
{
    /// <summary>Whether Wine runs this process: its ntdll has a function that that of Windows has not.</summary>
    public static bool IsHost { get; } =
        OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.Load("ntdll.dll"), "wine_get_version", out _);

    /// <summary>Skips a test of something that Windows does and Wine does not.</summary>
    public static void Cannot(string reason) => Assert.SkipWhen(IsHost, "Wine: " + reason);
}
