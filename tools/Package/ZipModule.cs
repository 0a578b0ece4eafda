using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Zips the module so that it unpacks into a folder of PSModulePath. MSBuild's own task orders entries as the disk does.</summary>
public sealed class ZipModule : Task
{
    // A time without a zone, so the bytes are the same everywhere.
    private static readonly DateTimeOffset Stamp = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Required]
    public string ModulePath { get; set; }

    /// <summary>The folder inside the zip, with a slash at its end.</summary>
    [Required]
    public string Prefix { get; set; }

    [Required]
    public string ZipPath { get; set; }

    public override bool Execute()
    {
        string root = Path.GetFullPath(ModulePath);
        using (ZipArchive zip = ZipFile.Open(ZipPath, ZipArchiveMode.Create))
        {
            foreach (string file in Directory.GetFiles(root, "*", SearchOption.AllDirectories).OrderBy(f => f, StringComparer.Ordinal))
            {
                string name = Prefix + file.Substring(root.Length).Replace(Path.DirectorySeparatorChar, '/');
                ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = Stamp;
                using (Stream source = File.OpenRead(file))
                using (Stream target = entry.Open())
                {
                    source.CopyTo(target);
                }
            }
        }

        return true;
    }
}
