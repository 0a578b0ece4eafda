using System.Runtime.InteropServices;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>Loads the native SQLite library once, and says plainly what is wrong when that fails.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<string> s_version = new(Initialize);

    /// <summary>The version of the bundled library, such as 3.53.3.</summary>
    internal static string Version => s_version.Value;

    /// <summary>Loads the library unless that was done already.</summary>
    /// <exception cref="EmrSimException">NativeLibraryNotLoaded.</exception>
    internal static void Load() => _ = s_version.Value;

    private static string Initialize()
    {
        try
        {
            Batteries_V2.Init();
            return raw.sqlite3_libversion().utf8_to_string();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            throw new EmrSimException(
                ErrorCode.NativeLibraryNotLoaded,
                $"The native SQLite library (e_sqlite3) could not be loaded on {RuntimeInformation.RuntimeIdentifier}. " +
                "EmrSim ships it for win-x64, win-arm64, linux-x64, linux-arm64, linux-musl-x64, osx-x64 and osx-arm64; on Windows " +
                "a downloaded module may still be blocked: run Unblock-File on the module's folder.",
                RuntimeInformation.RuntimeIdentifier,
                e);
        }
    }
}
