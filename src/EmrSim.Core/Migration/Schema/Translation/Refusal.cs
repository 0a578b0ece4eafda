namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Says that something has no counterpart. It never leaves the translator, which makes a reason of it.</summary>
internal sealed class Refusal(string reason) : Exception(reason);
