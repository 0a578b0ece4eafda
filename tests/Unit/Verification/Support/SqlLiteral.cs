using CsCheck;

namespace EmrSim.Tests.Verification.Support;

/// <summary>Values at which storage classes, affinities and collations part ways, as SQL, so that a failing case can be read and run.</summary>
internal static class SqlLiteral
{
    internal static readonly string[] Integers =
    [
        "0", "1", "2", "-1", "5", "10", "127", "128", "-128", "-129", "32768", "8388608", "2147483648", "140737488355327", "140737488355328",
        "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775806", "9223372036854775807",
        "-9223372036854775807", "(-9223372036854775807 - 1)",
    ];

    internal static readonly string[] Reals =
    [
        "0.0", "-0.0", "1.0", "2.0", "5.0", "0.5", "-1.5", "127.0", "9007199254740992.0", "9007199254740993.0", "9223372036854775808.0",
        "-9223372036854775808.0", "9223372036854774784.0", "140737488355328.0", "1e308", "-1e308", "5e-324", "9e999", "-9e999",
    ];

    internal static readonly string[] Texts =
    [
        "''", "' '", "'a'", "'A'", "'b'", "'B '", "'a '", "'a  '", "'ab'", "'AB'", "'aB '", "'[a'", "'Z'", "'ä'", "'Ä'", "'ß'", "'🩺'", "'🩺 '",
        "'1'", "'1.0'", "' 1'", "'1e3'", "'5 '", "'0x10'", "'9223372036854775808'", "'inf'", "'null'", "printf('%.300c', 'x')", "printf('%.900c', 'y')",
        "CAST(x'00' AS TEXT)", "CAST(x'610062' AS TEXT)", "CAST(x'610042' AS TEXT)", "CAST(x'610063' AS TEXT)",
        "CAST(x'0078' AS TEXT)", "CAST(x'000078' AS TEXT)", "CAST(x'6100' AS TEXT)", "CAST(x'ff41' AS TEXT)", "CAST(x'c328' AS TEXT)",
        "CAST(x'eda080' AS TEXT)", "CAST(x'f09f' AS TEXT)", "CAST(x'efbfbd' AS TEXT)", "CAST(x'6120' AS TEXT)", "CAST(x'4120' AS TEXT)",
    ];

    internal static readonly string[] Blobs =
        ["x''", "x'00'", "x'0000'", "x'61'", "x'41'", "x'6120'", "x'ff'", "x'ff41'", "zeroblob(40)", "zeroblob(700)", "CAST(printf('%.2000c', 'z') AS BLOB)"];

    /// <summary>A value of any storage class; NULL often enough to meet itself.</summary>
    internal static readonly Gen<string> Any = Gen.Frequency(
        (2, Gen.Const("NULL")),
        (4, Gen.OneOf(Integers)),
        (2, Gen.Int[-3, 300].Select(i => i.ToString())),
        (3, Gen.OneOf(Reals)),
        (5, Gen.OneOf(Texts)),
        (2, Gen.OneOf(Blobs)));

    /// <summary>An identifier as SQL.</summary>
    internal static string Quote(string identifier) => "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>Any text as an SQL string.</summary>
    internal static string Text(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
