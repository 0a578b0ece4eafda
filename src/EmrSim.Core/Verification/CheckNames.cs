namespace EmrSim.Core.Verification;

/// <summary>The stable names of checks, as scripts compare them.</summary>
internal static class CheckNames
{
    internal const string Manifest = "Manifest";
    internal const string Age = "Age";
    internal const string StoredFile = "StoredFile";
    internal const string Copy = "Copy";
    internal const string StoredChecksum = "StoredChecksum";
    internal const string Decryption = "Decryption";
    internal const string Unpack = "Unpack";
    internal const string DatabaseChecksum = "DatabaseChecksum";
    internal const string IntegrityCheck = "IntegrityCheck";
    internal const string ForeignKeys = "ForeignKeys";
    internal const string Rows = "Rows";
    internal const string Schema = "Schema";
    internal const string Settings = "Settings";
    internal const string Usable = "Usable";
    internal const string Shrink = "Shrink";
    internal const string Timeout = "Timeout";
}
