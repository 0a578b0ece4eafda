using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Win32;

namespace EmrSim.Core.Logging;

/// <summary>The Application log of Windows. It is written through the system's own functions, so no package has to be shipped for it.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsSystemLog : ISystemLog
{
    /// <summary>By what name events are found: <c>Get-WinEvent -ProviderName EmrSim</c>.</summary>
    internal const string Source = "EmrSim";

    private const string SourceKey = @"SYSTEM\CurrentControlSet\Services\EventLog\Application\" + Source;
    // Part of .NET Framework, and so of every Windows: its message for each of the ids 0 to 65535 is "%1".
    private const string MessageFile = @"%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\EventLogMessages.dll";
    private const ushort ErrorType = 1;
    private const ushort WarningType = 2;
    private const ushort InformationType = 4;
    private const int SupportedTypes = ErrorType | WarningType | InformationType;

    private static int s_remarked;

    private nint _handle;

    private WindowsSystemLog(nint handle) => _handle = handle;

    /// <summary>Opens the log, and registers the source where that is possible.</summary>
    /// <param name="remark">What is not as it should be, though events are written; null where all is, or where this process was told before.</param>
    /// <exception cref="IOException">The log cannot be written.</exception>
    internal static WindowsSystemLog Open(out string? remark)
    {
        remark = IsRegistered() || Interlocked.Exchange(ref s_remarked, 1) != 0 ? null :
            $"The source '{Source}' of the Application log is not registered, and this account may not do it. Events are written, but shown with a remark " +
            "that their description is missing. Run once as administrator: " +
            $"New-Item 'HKLM:\\{SourceKey}' | New-ItemProperty -Name EventMessageFile -PropertyType ExpandString -Value '{MessageFile}'";
        nint handle = RegisterEventSource(null, Source);
        return handle != 0 ? new WindowsSystemLog(handle) : throw Error();
    }

    /// <inheritdoc/>
    public void Write(SystemLogRecord record)
    {
        ushort type = record.Level switch
        {
            >= LogLevel.Error => ErrorType,
            LogLevel.Warning => WarningType,
            _ => InformationType,
        };
        nint text = Marshal.StringToHGlobalUni(record.Message);
        try
        {
            if (!ReportEvent(_handle, type, 0, (uint)record.EventId, 0, 1, 0, [text], 0)) throw Error();
        }
        finally
        {
            Marshal.FreeHGlobal(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0) _ = DeregisterEventSource(handle);
    }

    private static bool IsRegistered()
    {
        try
        {
            using (RegistryKey? known = Registry.LocalMachine.OpenSubKey(SourceKey)) if (known is not null) return true;
            using RegistryKey made = Registry.LocalMachine.CreateSubKey(SourceKey);
            made.SetValue("EventMessageFile", MessageFile, RegistryValueKind.ExpandString);
            made.SetValue("TypesSupported", SupportedTypes, RegistryValueKind.DWord);
            return true;
        }
        catch (Exception e) when (e is SecurityException or UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static IOException Error()
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"the Application log cannot be written ({cause.Message}).", cause);
    }

    [LibraryImport("advapi32", EntryPoint = "RegisterEventSourceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint RegisterEventSource(string? server, string source);

    [LibraryImport("advapi32", EntryPoint = "ReportEventW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReportEvent(
        nint log, ushort type, ushort category, uint eventId, nint sid, ushort stringCount, uint dataLength, nint[] strings, nint data);

    [LibraryImport("advapi32", EntryPoint = "DeregisterEventSource", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeregisterEventSource(nint log);
}
