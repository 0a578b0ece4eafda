using System.Runtime.InteropServices;

namespace EmrSim.Benchmarks;

/// <summary>Where figures were measured.</summary>
internal static class Machine
{
    /// <summary>In one line.</summary>
    internal static string Describe() =>
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}";
}
