namespace EmrSim.Core.Applications;

/// <summary>Names of services, units and processes, which become arguments of programs.</summary>
internal static class ServiceName
{
    private const int Longest = 256;

    /// <summary>The name itself where it can be one. One that begins with a dash would be an option, and <c>all</c> is every process to PM2.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static string Require(string name) =>
        name.Length is > 0 and <= Longest && name[0] != '-' && !name.Any(c => char.IsControl(c) || c is '"' or '%' or '*' or '?') &&
        !name.Equals("all", StringComparison.OrdinalIgnoreCase)
            ? name
            : throw new EmrSimException(ErrorCode.InvalidArgument, $"'{name}' cannot be the name of a service, unit or process.", name);
}
