using System.Net;
using System.Net.Sockets;

namespace EmrSim.Tests.Support;

/// <summary>Ports for servers of tests.</summary>
public static class FreePort
{
    // Below those that Linux (32768 on) and Windows (49152 on) give to connections and to whoever asks for any: between the stop and the start of a server its port is nobody else's.
    private const int First = 15_000;
    private const int End = 32_000;

    /// <summary>One on which nobody listens.</summary>
    public static int Take()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
