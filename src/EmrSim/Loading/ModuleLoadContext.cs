using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace EmrSim.Loading;

/// <summary>
/// The private home of the cmdlets, the engine and all their packages, so that EmrSim loads beside any module that carries
/// other versions of the same packages.
/// </summary>
internal sealed class ModuleLoadContext : AssemblyLoadContext
{
    internal const string ContextName = "EmrSim";
    internal const string RootAssembly = "EmrSim.PowerShell";

    private readonly string _library;
    private readonly AssemblyDependencyResolver _resolver;

    internal ModuleLoadContext(string library) : base(ContextName)
    {
        _library = library;
        _resolver = new AssemblyDependencyResolver(Path.Combine(library, RootAssembly + ".dll"));
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        Assembly face = typeof(ModuleLoadContext).Assembly;
        // One EmrSim.dll only: its types are those that scripts name, and they live in the default context.
        if (assemblyName.Name == face.GetName().Name) return face;

        string? path = _resolver.ResolveAssemblyToPath(assemblyName);
        if (path is null && assemblyName.Name is { } name)
        {
            string beside = Path.Combine(_library, name + ".dll");
            path = File.Exists(beside) ? beside : null;
        }

        // What is not ours (System.Management.Automation, the framework) is the host's.
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        // The runtime asks only the context that holds the P/Invoke, so native SQLite must be found here.
        string? path = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) ?? FindNative(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    private string? FindNative(string name)
    {
        string file = OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
        string path = Path.Combine(_library, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", file);
        return File.Exists(path) ? path : null;
    }
}
