using System.Management.Automation;
using System.Reflection;
using EmrSim.Core.Progress;
using EmrSim.PowerShell.Abstractions;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.PowerShell.Support;

/// <summary>An engine call that logs as fast as it can.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Chatter")]
public sealed partial class TestChatterCommand : EmrCmdlet
{
    private static int s_said;

    /// <summary>How many records the worker of the last call has handed over.</summary>
    public static int Said => Volatile.Read(ref s_said);

    [Parameter]
    public int Records { get; set; } = 1;

    protected override void ProcessRecord() => Run(
        null,
        call =>
        {
            s_said = 0;
            ILogger logger = call.Loggers.CreateLogger("Test");
            for (int i = 0; i < Records; i++)
            {
                call.Token.ThrowIfCancellationRequested();
                Record(logger, i);
                Interlocked.Increment(ref s_said);
            }

            return Task.FromResult(Records);
        },
        value => WriteObject(value));

    [LoggerMessage(1, LogLevel.Information, "Record {Number}")]
    private static partial void Record(ILogger logger, int number);
}

/// <summary>An engine call that reports progress as fast as it can for a while.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Progress")]
public sealed class TestProgressCommand : EmrCmdlet
{
    public const int Steps = 2_000;

    protected override void ProcessRecord() => Run(
        null,
        async call =>
        {
            for (int i = 1; i <= Steps; i++)
            {
                call.Progress.Report(new OperationProgress("Testing", $"step {i}", i * 100 / Steps, null));
                if (i % 100 == 0) await Task.Delay(20, call.Token);
            }

            return 0;
        },
        _ => { });
}

/// <summary>An engine call that fails.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Fault")]
public sealed class TestFaultCommand : EmrCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public string Kind { get; set; } = "";

    protected override void ProcessRecord() => Run<int>(
        Kind,
        _ => Kind switch
        {
            "Foreseen" => throw new EmrSimException(ErrorCode.DiskFull, "The disk is full.", "here"),
            "Cancelled" => throw new OperationCanceledException("a timeout of somebody else's"),
            "Good" => Task.FromResult(1),
            _ => throw new InvalidOperationException("a fault"),
        },
        value => WriteObject(value));
}

/// <summary>Ends the pipeline after the first record, as Select-Object -First 1 does; the hosted engine has no Select-Object.</summary>
[Cmdlet(VerbsCommon.Select, "First")]
public sealed class SelectFirstCommand : PSCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        WriteObject(InputObject);
        Type stop = typeof(PSCmdlet).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;
        ConstructorInfo make = stop.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Single();
        throw (Exception)make.Invoke([this]);
    }
}
