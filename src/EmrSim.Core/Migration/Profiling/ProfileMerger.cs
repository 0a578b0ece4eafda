namespace EmrSim.Core.Migration.Profiling;

/// <summary>Puts the profiles of two parts of a table together.</summary>
internal static class ProfileMerger
{
    /// <summary>The profile of both parts.</summary>
    /// <param name="first">The part with the lesser rowids: its first rows stay the first.</param>
    /// <param name="second">The other.</param>
    internal static TableProfile Merge(TableProfile first, TableProfile second) => first.Rows == 0 ? second : second.Rows == 0 ? first : new TableProfile(
        first.Table, first.Rows + second.Rows, [.. first.Columns.Zip(second.Columns, Merge)]);

    private static ColumnProfile Merge(ColumnProfile a, ColumnProfile b) => new()
    {
        Column = a.Column,
        Nulls = a.Nulls + b.Nulls,
        Integers = a.Integers + b.Integers,
        Reals = a.Reals + b.Reals,
        Texts = a.Texts + b.Texts,
        Blobs = a.Blobs + b.Blobs,
        LeastInteger = a.Integers == 0 ? b.LeastInteger : b.Integers == 0 ? a.LeastInteger : Math.Min(a.LeastInteger, b.LeastInteger),
        GreatestInteger = a.Integers == 0 ? b.GreatestInteger : b.Integers == 0 ? a.GreatestInteger : Math.Max(a.GreatestInteger, b.GreatestInteger),
        WholeReals = a.WholeReals + b.WholeReals,
        Infinities = a.Infinities + b.Infinities,
        LeastReal = a.Reals == 0 ? b.LeastReal : b.Reals == 0 ? a.LeastReal : Math.Min(a.LeastReal, b.LeastReal),
        GreatestReal = a.Reals == 0 ? b.GreatestReal : b.Reals == 0 ? a.GreatestReal : Math.Max(a.GreatestReal, b.GreatestReal),
        LongestText = Math.Max(a.LongestText, b.LongestText),
        LongestBlob = Math.Max(a.LongestBlob, b.LongestBlob),
        LongestCharacters = Math.Max(a.LongestCharacters, b.LongestCharacters),
        EmptyTexts = a.EmptyTexts + b.EmptyTexts,
        EmptyBlobs = a.EmptyBlobs + b.EmptyBlobs,
        InvalidTexts = a.InvalidTexts + b.InvalidTexts,
        FirstInvalid = a.FirstInvalid ?? b.FirstInvalid,
        NulTexts = a.NulTexts + b.NulTexts,
        FirstNul = a.FirstNul ?? b.FirstNul,
        Shapes = Enum.GetValues<TextShape>().Where(s => a.Shape(s) + b.Shape(s) > 0).ToDictionary(s => s, s => a.Shape(s) + b.Shape(s)),
        Bits = a.Bits + b.Bits,
        IntegerSamples = RowSamples.Merge(a.IntegerSamples, b.IntegerSamples),
        RealSamples = RowSamples.Merge(a.RealSamples, b.RealSamples),
        TextSamples = RowSamples.Merge(a.TextSamples, b.TextSamples),
        BlobSamples = RowSamples.Merge(a.BlobSamples, b.BlobSamples),
        Wanted = a.Wanted,
        Misfits = a.Misfits + b.Misfits,
        MisfitSamples = RowSamples.Merge(a.MisfitSamples, b.MisfitSamples),
        Times = a.Times.Keys.Union(b.Times.Keys).Order().ToDictionary(u => u, u => Merge(a.Times.GetValueOrDefault(u), b.Times.GetValueOrDefault(u))),
        TimeForm = HasTimes(a) ? HasTimes(b) && a.TimeForm != b.TimeForm ? null : a.TimeForm : b.TimeForm,
        LowerUuids = a.LowerUuids + b.LowerUuids,
        JsonbTexts = a.JsonbTexts + b.JsonbTexts,
        FirstNotJsonb = a.FirstNotJsonb ?? b.FirstNotJsonb,
        InexactIntegers = a.InexactIntegers + b.InexactIntegers,
        MinusZeros = a.MinusZeros + b.MinusZeros,
        BrokenSurrogates = a.BrokenSurrogates + b.BrokenSurrogates,
    };

    private static bool HasTimes(ColumnProfile column) => column.Shape(TextShape.Date) + column.Shape(TextShape.LocalTimestamp) + column.Shape(TextShape.ZonedTimestamp) > 0;

    private static TimeNumbers Merge(TimeNumbers? a, TimeNumbers? b) => a is null ? b! : b is null ? a : new TimeNumbers(
        a.Count + b.Count, RowSamples.Merge(a.Samples, b.Samples), a.Inexact + b.Inexact, RowSamples.Merge(a.InexactSamples, b.InexactSamples));
}
