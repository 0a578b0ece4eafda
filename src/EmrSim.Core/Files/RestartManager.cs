using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EmrSim.Core.Files;

/// <summary>Who has files open, as the Restart Manager of Windows tells it: learn.microsoft.com/windows/win32/rstmgr.</summary>
internal static partial class RestartManager
{
    private const int Success = 0;
    private const int MoreData = 234;
    private const int KeyLength = 33;
    private const int Attempts = 5;

    /// <summary>The holders, and whether the Restart Manager could tell of all.</summary>
    [SupportedOSPlatform("windows")]
    internal static (List<FileHolder> Holders, bool Complete) Find(IReadOnlyList<string> paths)
    {
        var holders = new List<FileHolder>();
        bool complete = true;
        // One by one, since an answer does not say which of the files it is about.
        foreach (string path in paths.Where(File.Exists))
        {
            List<FileHolder>? found = Ask(path);
            holders.AddRange(found ?? []);
            complete &= found is { Count: > 0 } || !IsHeld(path);
        }

        return (holders, complete);
    }

    // Whom the Restart Manager does not know, such as the server of a share, is still in the way of this.
    private static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return true;
        }
    }

    private static unsafe List<FileHolder>? Ask(string path)
    {
        char* key = stackalloc char[KeyLength];
        try
        {
            if (Start(out uint session, 0, key) != Success) return null;
            try
            {
                return Register(session, 1, [path], 0, 0, 0, 0) == Success ? List(session, path) : null;
            }
            finally
            {
                _ = End(session);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static unsafe List<FileHolder>? List(uint session, string path)
    {
        ProcessInfo[] infos = new ProcessInfo[4];
        for (int i = 0; i < Attempts; i++)
        {
            uint count = (uint)infos.Length;
            int result;
            uint needed;
            fixed (ProcessInfo* list = infos) result = GetList(session, out needed, ref count, list, out _);
            if (result == Success) return [.. infos.Take((int)count).Select(info => ToHolder(info, path))];
            if (result != MoreData) return null;
            infos = new ProcessInfo[needed + 4];
        }

        return null;
    }

    private static unsafe FileHolder ToHolder(ProcessInfo info, string path)
    {
        string service = new(info.Service);
        return new FileHolder((int)info.ProcessId, new string(info.Application), path, Certain: true) { Service = service.Length > 0 ? service : null };
    }

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmStartSession")]
    private static unsafe partial int Start(out uint session, uint flags, char* key);

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmRegisterResources", StringMarshalling = StringMarshalling.Utf16)]
    private static partial int Register(uint session, uint files, string[] paths, uint processes, nint processList, uint services, nint serviceList);

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmGetList")]
    private static unsafe partial int GetList(uint session, out uint needed, ref uint count, ProcessInfo* list, out uint reasons);

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmEndSession")]
    private static partial int End(uint session);

    // RM_PROCESS_INFO; CCH_RM_MAX_APP_NAME and CCH_RM_MAX_SVC_NAME are 255 and 63, without the final zero.
    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    private unsafe struct ProcessInfo
    {
        public uint ProcessId;
        public uint StartTimeLow;
        public uint StartTimeHigh;
        public fixed char Application[256];
        public fixed char Service[64];
        public int Type;
        public uint Status;
        public uint TerminalSession;
        public int Restartable;
    }
}
