using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>The first and the last day of UTC in a column of times.</summary>
internal sealed class TimeRange(EmrTimeUnit unit)
{
    private const long MicrosPerDay = 24L * 60 * 60 * 1_000_000;

    // PostgreSQL counts from there.
    private static readonly DateOnly s_epoch = new(2000, 1, 1);

    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <summary>Reads the column; null where it holds no time.</summary>
    internal static (DateOnly First, DateOnly Last)? Of(SourceRows rows, PlannedTable table, PlannedColumn column)
    {
        var range = new TimeRange(column.Unit);
        rows.ForEach(table.Source, column.Name, range.Add);
        return range._first > range._last ? null : (Day(range._first), Day(range._last));
    }

    [MethodImpl(Hot.Loop)]
    private void Add(StatementRow row)
    {
        bool isTime = row.Type(0) switch
        {
            raw.SQLITE_TEXT => TimeText.TryInstant(row.Bytes(0), out long micros, out _, out _) && Take(micros),
            raw.SQLITE_INTEGER => TimeUnits.TryInstant(row.Integer(0), unit, out long micros) && Take(micros),
            raw.SQLITE_FLOAT => TimeUnits.TryInstant(row.Real(0), unit, out long micros) && Take(micros),
            _ => false,
        };
        _ = isTime;
    }

    private bool Take(long micros)
    {
        if (micros < _first) _first = micros;
        if (micros > _last) _last = micros;
        return true;
    }

    private static DateOnly Day(long micros)
    {
        long day = s_epoch.DayNumber + (long)Math.Floor((decimal)micros / MicrosPerDay);
        return DateOnly.FromDayNumber((int)Math.Clamp(day, 0, DateOnly.MaxValue.DayNumber));
    }
}
