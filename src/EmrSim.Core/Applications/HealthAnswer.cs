namespace EmrSim.Core.Applications;

/// <summary>What an application said of its health.</summary>
/// <param name="StatusCode">The status of HTTP.</param>
/// <param name="Storage">The word by which it names what it keeps its data in; null where it names nothing that we know.</param>
/// <param name="InMemory">Whether that is its memory; null where it does not say.</param>
internal sealed record HealthAnswer(int StatusCode, string? Storage, bool? InMemory);
