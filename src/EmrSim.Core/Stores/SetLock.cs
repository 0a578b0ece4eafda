using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>
/// One writer per backup set. The operating system holds the lock, so it falls with its process however that ends; a note beside it
/// tells others who holds it.
/// </summary>
internal sealed class SetLock : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;
    private readonly string _note;

    private SetLock(FileStream file, string note)
    {
        _file = file;
        _note = note;
    }

    /// <summary>Takes the lock of a set, or says who has it.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="clock">Dates the note.</param>
    /// <exception cref="EmrSimException">SetLocked.</exception>
    internal static SetLock Acquire(string folder, string set, TimeProvider clock)
    {
        string path = PathOf(folder, set);
        string note = path + BackupFileName.ManifestSuffix;
        FileStream file;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                // .NET takes flock(LOCK_EX) on Unix and denies sharing on Windows; both end with the process.
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                break;
            }
            catch (IOException e) when (IoErrors.IsHeldByAnother(e))
            {
                // Who only asks whether it is held holds it for an instant, too.
                if (attempt < Attempts) Thread.Sleep(s_delay);
                else throw HeldByAnother(folder, set, path, e);
            }
        }

        WriteNote(note, clock);
        return new SetLock(file, note);
    }

    /// <summary>Whether somebody, this process included, has the lock of a set now. Nothing is made or changed.</summary>
    internal static bool IsHeld(string folder, string set)
    {
        string path = PathOf(folder, set);
        try
        {
            // A shared lock: those who only ask are not in each other's way.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            return true;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // Who may not open the lock can still see the note of its holder.
            return File.Exists(path + BackupFileName.ManifestSuffix);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The lock file stays: removing it would let a third process lock a new one while a second still waits on the old.
        Try(() => File.Delete(_note));
        _file.Dispose();
    }

    private static string PathOf(string folder, string set) => Path.Combine(folder, $".{set}.lock");

    private static EmrSimException HeldByAnother(string folder, string set, string path, IOException e) => new(
        ErrorCode.SetLocked,
        $"The backup set '{set}' in '{folder}' is being written by {Holder(path + BackupFileName.ManifestSuffix)}. Wait for it to end, then try again.",
        path,
        e);

    private static void WriteNote(string note, TimeProvider clock)
    {
        string text = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["process"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            ["program"] = Process.GetCurrentProcess().ProcessName,
            ["host"] = Environment.MachineName,
            ["sinceUtc"] = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
        Try(() => File.WriteAllText(note, text));
    }

    // The note is for people; the lock holds without it.
    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A full disk or a scanner; what matters of it shows in the files that follow.
        }
    }

    private static string Holder(string note)
    {
        try
        {
            Dictionary<string, string> holder = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(note)) ?? [];
            return $"process {holder["process"]} ({holder["program"]}) on {holder["host"]} since {holder["sinceUtc"]}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            return "another process";
        }
    }
}
