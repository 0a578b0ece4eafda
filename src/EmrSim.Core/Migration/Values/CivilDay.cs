using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Values;

/// <summary>Days of the proleptic Gregorian calendar, which both SQLite and PostgreSQL count by, from PostgreSQL's epoch, 2000-01-01.</summary>
internal static class CivilDay
{
    internal const int LeastYear = 1;
    internal const int GreatestYear = 9999;

    /// <summary>0001-01-01.</summary>
    internal const int First = -730119;

    /// <summary>9999-12-31.</summary>
    internal const int Last = 2921939;

    private const int DaysOfFourCenturies = 146097;
    // From the first of March of the year 0 to 2000-01-01.
    private const int MarchOfYearZero = 730425;

    private static ReadOnlySpan<byte> MonthLengths => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>Counts a day; false where there is no such day.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryCount(int year, int month, int day, out int days)
    {
        days = 0;
        if ((uint)(year - LeastYear) > GreatestYear - LeastYear || (uint)(month - 1) > 11 || day < 1) return false;
        if (day > MonthLengths[month - 1] && !(day == 29 && month == 2 && IsLeap(year))) return false;

        // A year that begins in March has its leap day at its end, so that months have lengths by a formula.
        int shifted = month > 2 ? year : year - 1;
        int century = shifted / 400, yearOfCentury = shifted - (century * 400);
        int monthFromMarch = month > 2 ? month - 3 : month + 9;
        int dayOfYear = (((153 * monthFromMarch) + 2) / 5) + day - 1;
        int dayOfCentury = (yearOfCentury * 365) + (yearOfCentury / 4) - (yearOfCentury / 100) + dayOfYear;
        days = (century * DaysOfFourCenturies) + dayOfCentury - MarchOfYearZero;
        return true;
    }

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
