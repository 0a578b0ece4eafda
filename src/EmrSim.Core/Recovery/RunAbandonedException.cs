namespace EmrSim.Core.Recovery;

/// <summary>Ends a run where it is, with nothing put back, as the end of its process does. Only an observer throws it.</summary>
internal sealed class RunAbandonedException : Exception;
