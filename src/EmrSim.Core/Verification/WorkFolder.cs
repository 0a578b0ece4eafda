using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Verification;

/// <summary>A temporary folder that only its owner can enter, made when first used and removed on every path.</summary>
internal sealed class WorkFolder(string? parent, ILogger logger) : IDisposable
{
    private const string Prefix = "emrsim-test-";

    private string? _path;

    /// <summary>The folder, made when it is first asked for.</summary>
    internal string Path
    {
        get
        {
            if (_path is not null) return _path;
            string path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), Prefix + Guid.NewGuid().ToString("N"));
            PrivateFile.CreateFolder(path);
            return _path = path;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_path is null) return;
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            Log.WorkFolderLeft(logger, _path, e.Message);
        }
    }
}
