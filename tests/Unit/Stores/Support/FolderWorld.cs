namespace EmrSim.Tests.Stores.Support;

/// <summary>A folder on this machine.</summary>
public sealed class FolderWorld : StoreWorld
{
    public override string Destination => Folder.File("store");

    public override string Nowhere => Folder.File("none");

    public override IEnumerable<string> AllNames() => Folder.Files("store");

    public override byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Destination, name));

    public override void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Destination);
        File.WriteAllBytes(Path.Combine(Destination, name), bytes);
    }

    public override void Delete(string name) => File.Delete(Path.Combine(Destination, name));

    public override void HalfRemove(EmrBackup backup) => File.Move(backup.ManifestPath, backup.ManifestPath + ".removing");

    public override void HalfPublish(EmrBackup backup) => File.Move(backup.ManifestPath, backup.ManifestPath + ".partial");
}
