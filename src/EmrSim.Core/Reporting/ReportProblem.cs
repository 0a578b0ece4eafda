namespace EmrSim.Core.Reporting;

/// <summary>Something in a store that could not be read, such as a damaged manifest.</summary>
/// <param name="Set">The backup set; empty where that is not known.</param>
/// <param name="Store">The store.</param>
/// <param name="Error">What is wrong.</param>
internal sealed record ReportProblem(string Set, string Store, EmrSimException Error);
