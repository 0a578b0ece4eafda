namespace EmrSim.Core.Recovery.Salvage;

/// <summary>What is worth telling a person, and whether anything was lost or is in doubt.</summary>
internal sealed class SalvageReport
{
    private const int Most = 100;

    private readonly List<string> _problems = [];
    private long _more;

    /// <summary>Whether something was lost or is in doubt.</summary>
    internal bool IsInconclusive { get; private set; }

    /// <summary>The problems; when there are too many, the first of them.</summary>
    internal IReadOnlyList<string> Problems => _more == 0 ? _problems : [.. _problems, $"And {_more} more."];

    /// <summary>Something that is lost or in doubt.</summary>
    internal void Loss(string problem)
    {
        IsInconclusive = true;
        Note(problem);
    }

    /// <summary>Something that did no harm to any row.</summary>
    internal void Note(string problem)
    {
        if (_problems.Contains(problem)) return;
        if (_problems.Count < Most) _problems.Add(problem);
        else _more++;
    }
}
