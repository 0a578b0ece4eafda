namespace EmrSim.Core.Applications;

/// <summary>How a command of the user ended.</summary>
/// <param name="Failure">Why it failed, in one line; null where it did not.</param>
/// <param name="Output">What it gave, as text.</param>
/// <param name="SaidFalse">Whether it gave $false, which is a failure of a validation and nothing special otherwise.</param>
internal sealed record CommandResult(string? Failure, IReadOnlyList<string> Output, bool SaidFalse = false)
{
    /// <summary>Whether it ended well.</summary>
    internal bool Succeeded => Failure is null;

    /// <summary>Why a validation did not pass; null where it did.</summary>
    internal string? ValidationFailure => Failure ?? (SaidFalse ? "it gave $false" : null);
}
