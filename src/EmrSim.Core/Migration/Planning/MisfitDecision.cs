using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Decides what becomes of a column that holds values its type does not hold.</summary>
internal static class MisfitDecision
{
    internal const string DoesNotFit = "ValueDoesNotFit";
    internal const string Rejected = "ValueIsRejected";
    internal const string BecomesNull = "ValueBecomesNull";
    internal const string Widened = "ColumnWidened";
    internal const string CannotBeWidened = "ColumnCannotBeWidened";

    /// <summary>Decides it.</summary>
    /// <param name="column">The column.</param>
    /// <param name="type">The type that it would have.</param>
    /// <param name="unit">What its numbers count.</param>
    /// <param name="reason">Why it would have that type.</param>
    /// <param name="misfits">The values that do not fit.</param>
    /// <param name="isGiven">Whether the user gave the type, which is then not widened.</param>
    /// <param name="findings">What is known of it already; it gets what is decided.</param>
    internal static ColumnDecision Decide(
        ColumnCase column, PgType type, EmrTimeUnit unit, string reason, (long Count, IReadOnlyList<RowSample> Samples) misfits, bool isGiven, List<EmrFinding> findings)
    {
        if (misfits.Count == 0) return new ColumnDecision(column.Column, type, unit, false, reason, findings);
        string what = $"{ColumnCase.Count(misfits.Count, "value")} of '{column.Name}' ({column.Classes()}) {(misfits.Count == 1 ? "does" : "do")} not fit {type}: {ColumnCase.Rows(misfits.Samples)}";
        switch (column.Request.OnMisfit)
        {
            case EmrMisfitAction.Widen when !isGiven:
                return Widen(column, type, reason, what, findings);
            case EmrMisfitAction.Reject:
                findings.Add(new EmrFinding(EmrSeverity.Warning, Rejected, column.Name, what + ".", "Their rows are left out, and go to the file of rejects."));
                break;
            case EmrMisfitAction.Null when !column.RefusesNull:
                findings.Add(new EmrFinding(EmrSeverity.Warning, BecomesNull, column.Name, what + ".", "They become NULL, and go to the file of rejects."));
                break;
            default:
                findings.Add(new EmrFinding(EmrSeverity.Error, DoesNotFit, column.Name, what + ".", WhatToDo(column, isGiven)));
                break;
        }

        return new ColumnDecision(column.Column, type, unit, true, reason, findings);
    }

    private static string WhatToDo(ColumnCase column, bool isGiven) => column.Request.OnMisfit switch
    {
        EmrMisfitAction.Null => "The column may not hold NULL. Correct them, or choose -OnMisfit Reject.",
        _ when isGiven => "Correct them, give another type with -TypeMap, or choose with -OnMisfit Reject or Null what becomes of them.",
        _ => "Correct them, or choose with -OnMisfit what becomes of them.",
    };

    private static ColumnDecision Widen(ColumnCase column, PgType type, string reason, string what, List<EmrFinding> findings)
    {
        ColumnProfile p = column.Profile;
        bool hasBytes = p.Blobs + p.InvalidTexts + p.NulTexts > 0;
        if (!hasBytes && p.Texts == 0) return WidenNumbers(column, type, reason, what, findings);
        if (!hasBytes) return column.Numbers == 0 ? Wide(column, PgType.Text, what, null, findings) : WidenToText(column, type, reason, what, findings);

        string? obstacle = column.Numbers > 0 ? "it holds numbers too, which are no bytes"
            : p.BrokenSurrogates > 0 ? "it holds texts with half of a surrogate pair, of which SQLite gives no bytes that mean the same"
            : p.EmptyTexts > 0 && p.EmptyBlobs > 0 ? "it holds '' and x'', which would be the same"
            : null;
        if (obstacle is not null) return Refuse(column, type, reason, what, obstacle, findings);
        string lost = p.Texts > 0 && p.Blobs > 0 ? " Texts become their UTF-8 bytes, and are no longer told from blobs." : " Texts become their bytes.";
        return Wide(column, PgType.Bytea, what, lost, findings);
    }

    /// <summary>Only numbers: a type that holds all of them.</summary>
    private static ColumnDecision WidenNumbers(ColumnCase column, PgType type, string reason, string what, List<EmrFinding> findings)
    {
        PgType wide = TypeEvidence.Number(column);
        if (column.Misfits(wide).Count == 0) return Wide(column, wide, what, null, findings);
        return Refuse(column, type, reason, what, "no type holds infinities beside integers of more than 53 bits", findings);
    }

    private static ColumnDecision WidenToText(ColumnCase column, PgType type, string reason, string what, List<EmrFinding> findings)
    {
        bool looksLikeNumbers = column.Profile.Shape(TextShape.Integer) + column.Profile.Shape(TextShape.Decimal) > 0;
        // 12 and '12' are two keys to SQLite, and one text.
        if (looksLikeNumbers && column.IsInUniqueKey) return Refuse(column, type, reason, what, "its key has numbers and texts that look like numbers, which could become the same", findings);
        return Wide(column, PgType.Text, what, looksLikeNumbers ? " Numbers become texts, and are no longer told from texts that look like them." : " Numbers become texts.", findings);
    }

    private static ColumnDecision Wide(ColumnCase column, PgType wide, string what, string? lost, List<EmrFinding> findings)
    {
        findings.Add(new EmrFinding(EmrSeverity.Warning, Widened, column.Name, what + ".", $"The column becomes {wide}.{lost}"));
        return new ColumnDecision(column.Column, wide, EmrTimeUnit.None, false, $"{wide} holds all of {column.Classes()}", findings);
    }

    private static ColumnDecision Refuse(ColumnCase column, PgType type, string reason, string what, string obstacle, List<EmrFinding> findings)
    {
        findings.Add(new EmrFinding(
            EmrSeverity.Error, CannotBeWidened, column.Name, $"{what}, and no other type holds all of them: {obstacle}.", "Correct them, or choose -OnMisfit Reject or Null."));
        return new ColumnDecision(column.Column, type, EmrTimeUnit.None, true, reason, findings);
    }
}
