using System.Globalization;
using System.Management.Automation.Host;

namespace EmrSim.MiniHost;

/// <summary>The host of a session on a console.</summary>
internal sealed class MiniHost : PSHost
{
    internal MiniHostUI Console { get; } = new();

    internal int? ExitCode { get; private set; }

    public override string Name => "EmrSim mini host";

    public override Version Version => typeof(MiniHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => Console;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("The mini host has no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("The mini host has no prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
