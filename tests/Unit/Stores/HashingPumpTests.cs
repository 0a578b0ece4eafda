using System.Security.Cryptography;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;

namespace EmrSim.Tests.Stores;

/// <summary>Two threads hand blocks to each other; neither may wait for one that has ended.</summary>
public sealed class HashingPumpTests
{
    [Fact]
    public async Task A_hash_that_fails_is_an_error_and_keeps_nobody_waiting()
    {
        using var source = new MemoryStream(new byte[10_000_000]);
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.Dispose();

        var pump = Task.Run(() => HashingPump.Run(source, null, long.MaxValue, hash, new ProgressMeter(null, "", "", 0), CancellationToken.None));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pump.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }
}
