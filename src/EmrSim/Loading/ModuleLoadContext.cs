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
    private readonly string _precompiled;
    private readonly AssemblyDependencyResolver _resolver;

    /// <summary>The system and the processor, less what distributions say of themselves: code that was compiled ahead depends on nothing else.</summary>
    internal static string Platform => $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    internal ModuleLoadContext(string library) : base(ContextName)
    {
        _library = library;
        _precompiled = Path.Combine(library, "precompiled", Platform);
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
        if (path is null || FrameworkHas(path)) return null;
        return LoadAhead(Path.Combine(_precompiled, Path.GetFileName(path))) ?? LoadFromAssemblyPath(path);
    }

    private Assembly? LoadAhead(string path)
    {
        try
        {
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
        catch (BadImageFormatException)
        {
            // A damaged one stops nobody: the same code lies in lib.
            return null;
        }
    }

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        // The runtime asks only the context that holds the P/Invoke, so native SQLite must be found here.
        string? path = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) ?? FindNative(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    // Packages that newer frameworks contain (System.Text.Json, ...) are theirs there, compiled ahead of time. One rule for all who ask, whatever version they
    // ask for, so that no type is there twice.
    private static bool FrameworkHas(string path)
    {
        string file = Path.GetFileName(path);
        string framework = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), file);
        return file.StartsWith("System.", StringComparison.Ordinal) && File.Exists(framework)
            && AssemblyName.GetAssemblyName(framework).Version >= AssemblyName.GetAssemblyName(path).Version;
    }

    private string? FindNative(string name)
    {
        string file = OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
        string path = Path.Combine(_library, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", file);
        return File.Exists(path) ? path : null;
    }
}
