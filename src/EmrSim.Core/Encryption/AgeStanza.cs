namespace EmrSim.Core.Encryption;

/// <summary>One wrapping of a file's key, in the header.</summary>
/// <param name="Type">Its first argument: what kind of key unwraps it.</param>
/// <param name="Arguments">The others.</param>
/// <param name="Body">The wrapped key.</param>
internal sealed record AgeStanza(string Type, IReadOnlyList<string> Arguments, byte[] Body);
