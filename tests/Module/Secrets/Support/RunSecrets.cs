using System.Security.Cryptography;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Secrets;

/// <summary>The secrets of a whole run, in files that only their owner can read.</summary>
internal sealed class RunSecrets
{
    private const int KeyLength = 32;

    private readonly Dictionary<string, string> _all = [];
    private readonly SecretWorld _world;

    /// <summary>Makes them.</summary>
    /// <param name="world">Where their files belong.</param>
    /// <param name="server">Whose signatures and key they are.</param>
    internal RunSecrets(SecretWorld world, AzuriteServer server)
    {
        _world = world;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Signed = AddSignature("sas", StoreOutside.Sign(server, "rwdlac", now.AddHours(1)));
        AddSignature("limited", StoreOutside.Sign(server, "rl", now.AddHours(1)));
        AddSignature("expired", StoreOutside.Sign(server, "rwdlac", now.AddHours(-1)));
        string forged = Key();
        AddSignature("forged", (Signed[..(Signed.IndexOf("sig=", StringComparison.Ordinal) + 4)] + Uri.EscapeDataString(forged), forged));

        // What JSON, HTML, URLs, shells and PowerShell each write in a way of their own, around a core that none of them changes.
        string core = Core();
        Add("passphrase", $"grün & <{core}> \"it's\" $x `%");
        _all["the passphrase's core"] = core;
        Add("wrong", "wrong " + Core());
        Add("identity", "AGE-SECRET-KEY-1" + Core().ToUpperInvariant());

        Add("key", server.Key);
        Keep("connection", server.ConnectionString);
        Keep("garbled", server.ConnectionString.Replace("AccountKey=", "AccountKey=@@", StringComparison.Ordinal));
        string other = _all["the key of a server that is down"] = Key();
        Keep("down", $"DefaultEndpointsProtocol=http;AccountName=emrsim;AccountKey={other};BlobEndpoint={Down[..Down.LastIndexOf('/')]};");
        Keep("exposed", Signed);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(world.At("secrets", "exposed"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
    }

    /// <summary>The signature that opens the first store.</summary>
    internal string Signed { get; }

    /// <summary>A store at a port that nobody listens at.</summary>
    internal string Down { get; } = AzuriteServer.AddressAt(FreePort.Take(), "mirror");

    internal IReadOnlyDictionary<string, string> All => _all;

    /// <summary>Makes a token for the address of a service, and keeps that address.</summary>
    internal void AddToken(string file, HookServer hook, string token)
    {
        Keep(file, hook.Address($"/hooks/{token}"));
        _all["the token in " + file] = token;
    }

    /// <summary>Something that nobody guesses and that no encoding of text changes.</summary>
    internal static string Core() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength));

    private void Add(string file, string secret)
    {
        Keep(file, secret);
        _all[file] = secret;
    }

    private string AddSignature(string file, (string Query, string Signature) secret)
    {
        Keep(file, secret.Query);
        _all["the signature in " + file] = secret.Signature;
        return secret.Query;
    }

    // As editors leave it.
    private void Keep(string file, string secret) => _world.AddSecret(file, secret + "\n");
}
