namespace EmrSim.Core.Migration.Proof;

/// <summary>A column that both sides have, and how it is compared.</summary>
/// <param name="Left">Its name on the left.</param>
/// <param name="Right">Its name on the right.</param>
/// <param name="Kind">How.</param>
/// <param name="Unit">What numbers count where it is compared as instants.</param>
/// <param name="LeftWire">How the left gives its values.</param>
/// <param name="RightWire">How the right gives its values.</param>
internal sealed record ColumnComparison(string Left, string Right, ComparisonKind Kind, EmrTimeUnit Unit, Wire LeftWire, Wire RightWire)
{
    /// <summary>Decides how a column is compared from what both sides can hold.</summary>
    internal static ColumnComparison Of(string left, Wire leftWire, string right, Wire rightWire, EmrTimeUnit unit = EmrTimeUnit.None) =>
        new(left, right, KindOf(leftWire, rightWire), unit, leftWire, rightWire);

    internal static ComparisonKind KindOf(Wire left, Wire right)
    {
        // The order matters: a date beside a timestamp is compared as an instant.
        if (Either(Wire.Timestamp)) return ComparisonKind.Instant;
        if (Either(Wire.Date)) return ComparisonKind.Date;
        if (Either(Wire.Time)) return ComparisonKind.Time;
        if (Either(Wire.Boolean)) return ComparisonKind.Boolean;
        if (Either(Wire.Uuid)) return ComparisonKind.Uuid;
        if (Either(Wire.Jsonb)) return ComparisonKind.Json;
        if (Either(Wire.Bytes)) return ComparisonKind.Bytes;
        // Between two of one engine nothing is read into a value: what they store is what is compared.
        if (left == Wire.Sqlite == (right == Wire.Sqlite)) return ComparisonKind.Exact;
        // json, unlike jsonb, keeps its text as it was written.
        if (Either(Wire.Text) || Either(Wire.Cast) || Either(Wire.Json)) return ComparisonKind.Text;
        // A text beside a double is never the same: of its digits some would be lost.
        return Either(Wire.Numeric) ? ComparisonKind.Number : Either(Wire.Float4) || Either(Wire.Float8) ? ComparisonKind.Exact : ComparisonKind.Integer;

        bool Either(Wire wire) => left == wire || right == wire;
    }
}
