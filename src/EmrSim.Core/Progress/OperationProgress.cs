namespace EmrSim.Core.Progress;

/// <summary>How far an operation has come.</summary>
/// <param name="Activity">What is done, to what.</param>
/// <param name="Status">The phase, amounts and rate, as a person reads them.</param>
/// <param name="Percent">0 to 100, or -1 where it is not known.</param>
/// <param name="Remaining">The time left, or null where it is not known.</param>
public sealed record OperationProgress(string Activity, string Status, int Percent, TimeSpan? Remaining);
