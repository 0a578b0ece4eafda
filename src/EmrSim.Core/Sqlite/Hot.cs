using System.Runtime.CompilerServices;

namespace EmrSim.Core.Sqlite;

/// <summary>How the runtime is to compile what runs once per row.</summary>
internal static class Hot
{
    /// <summary>
    /// Optimized from the first call on. A backup is over in seconds, about one of which the runtime would otherwise spend in code that it has
    /// not optimized yet, or only to count calls.
    /// </summary>
    internal const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization;
}
