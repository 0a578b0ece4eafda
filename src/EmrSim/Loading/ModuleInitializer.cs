using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace EmrSim.Loading;

/// <summary>
/// Runs when PowerShell imports EmrSim.dll as a nested module, before it looks for the root module, and answers for
/// <c>EmrSim.PowerShell</c> from the private load context.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    // Assemblies cannot be unloaded, so a second import in the same process must meet the same context.
    private static readonly Lazy<ModuleLoadContext> s_context = new(() => new ModuleLoadContext(
        Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "lib")));

    private static readonly object s_gate = new();
    private static int s_imports;

    /// <summary>Hooks the default context's resolution.</summary>
    public void OnImport()
    {
        lock (s_gate)
        {
            if (s_imports++ == 0) AssemblyLoadContext.Default.Resolving += Resolve;
        }
    }

    /// <summary>Unhooks it when the last session of the process has removed the module.</summary>
    /// <param name="psModuleInfo">The module that is being removed.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (s_gate)
        {
            if (s_imports > 0 && --s_imports == 0) AssemblyLoadContext.Default.Resolving -= Resolve;
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == ModuleLoadContext.RootAssembly ? s_context.Value.LoadFromAssemblyName(name) : null;
}
