namespace EmrSim.Tests.Scheduling;

/// <summary>Names that some layer between a scheduler and PowerShell would take for something else.</summary>
internal static class NastyText
{
    internal static TheoryData<string> All =>
    [
        "plain",
        "two words",
        "it's 'quoted'",
        "typographer‘s ’quotes‚ and‛",
        "a \"double\" one",
        "$HOME ${x} $(exit 3)",
        "50% %h %%",
        "`tick` ;&|<> #!",
        "a[1]{b}~",
        @"back\slash\n",
        "Füße 🩺 データ",
        "-leading",
        " space at the ends ",
    ];
}
