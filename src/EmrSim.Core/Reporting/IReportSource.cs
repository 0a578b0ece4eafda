namespace EmrSim.Core.Reporting;

/// <summary>Gathers one kind of object from a store, for a report that is made of a store.</summary>
internal interface IReportSource
{
    /// <summary>Reads the objects. What is there but cannot be read is a <see cref="ReportProblem"/> among them.</summary>
    /// <param name="request">Names the store and the sets.</param>
    /// <param name="now">The time of the report.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="EmrSimException">The store cannot be read at all.</exception>
    Task<IReadOnlyList<object>> ReadAsync(ReportRequest request, DateTimeOffset now, CancellationToken token);
}
