using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>Counts the values of a column.</summary>
internal sealed class ColumnTally
{
    private static readonly EmrTimeUnit[] s_units = Enum.GetValues<EmrTimeUnit>();

    private readonly string _name;
    private readonly int _index;
    private readonly RowKey _key;
    private readonly PgType? _wanted;
    private readonly WantedFit? _fit;
    private readonly TextTally _texts;
    private readonly RowSamples _integers = new();
    private readonly RowSamples _reals = new();
    private readonly RowSamples _blobs = new();
    private readonly RowSamples _misfits = new();
    private readonly RowSamples[] _units = [.. s_units.Select(_ => new RowSamples())];
    private readonly RowSamples[] _inexact = [.. s_units.Select(_ => new RowSamples())];
    private readonly bool _hasInstants;
    private readonly bool _holdsAllIntegers;
    private long _nulls;
    private long _least = long.MaxValue;
    private long _greatest = long.MinValue;
    private long _bits;
    private long _inexactIntegers;
    private long _whole;
    private long _infinities;
    private long _minusZeros;
    private double _leastReal = double.PositiveInfinity;
    private double _greatestReal = double.NegativeInfinity;
    private long _longestBlob;
    private long _emptyBlobs;

    internal ColumnTally(string name, int index, RowKey key, PgType? wanted, SourceEncoding encoding, bool promotions)
    {
        _name = name;
        _index = index;
        _key = key;
        _wanted = wanted;
        _fit = wanted is null ? null : new WantedFit(wanted);
        _hasInstants = _fit is { IsInstant: true };
        _holdsAllIntegers = wanted is null or { Kind: PgKind.BigInt };
        _texts = new TextTally(index, _fit, encoding, promotions && wanted is null or { Kind: PgKind.Text or PgKind.Varchar });
    }

    /// <summary>Looks at a text of a UTF-16 database before anything else reads the row.</summary>
    internal void LookAtUtf16(StatementRow row)
    {
        if (row.Type(_index) == raw.SQLITE_TEXT) _texts.LookAtUtf16(row);
    }

    /// <summary>Counts the current row's value.</summary>
    [MethodImpl(Hot.Loop)]
    internal void Add(StatementRow row)
    {
        switch (row.Type(_index))
        {
            case raw.SQLITE_TEXT:
                if (!_texts.Add(row, _key) && _fit is not null && _misfits.IsWanted()) Keep(_misfits, row);
                break;
            case raw.SQLITE_INTEGER:
                AddInteger(row, row.Integer(_index));
                break;
            case raw.SQLITE_FLOAT:
                AddReal(row, row.Real(_index));
                break;
            case raw.SQLITE_BLOB:
                AddBlob(row, row.Bytes(_index).Length);
                break;
            default:
                _nulls++;
                break;
        }
    }

    internal ColumnProfile ToProfile() => new()
    {
        Column = _name,
        Nulls = _nulls,
        Integers = _integers.Count,
        Reals = _reals.Count,
        Texts = _texts.All.Count,
        Blobs = _blobs.Count,
        LeastInteger = _integers.Count == 0 ? 0 : _least,
        GreatestInteger = _integers.Count == 0 ? 0 : _greatest,
        WholeReals = _whole,
        Infinities = _infinities,
        LeastReal = _reals.Count == 0 ? 0 : _leastReal,
        GreatestReal = _reals.Count == 0 ? 0 : _greatestReal,
        LongestText = _texts.Longest,
        LongestBlob = _longestBlob,
        LongestCharacters = _texts.LongestCharacters,
        EmptyTexts = _texts.Empty,
        EmptyBlobs = _emptyBlobs,
        InvalidTexts = _texts.Invalid.Count,
        FirstInvalid = _texts.Invalid.Rows.Count > 0 ? _texts.Invalid.Rows[0] : null,
        NulTexts = _texts.Nul.Count,
        FirstNul = _texts.Nul.Rows.Count > 0 ? _texts.Nul.Rows[0] : null,
        Shapes = _texts.Shapes,
        Bits = _bits,
        IntegerSamples = _integers.Rows,
        RealSamples = _reals.Rows,
        TextSamples = _texts.All.Rows,
        BlobSamples = _blobs.Rows,
        Wanted = _wanted,
        Misfits = _misfits.Count,
        MisfitSamples = _misfits.Rows,
        Times = s_units.Where(u => _units[(int)u].Count > 0).ToDictionary(u => u, u => new TimeNumbers(
            _units[(int)u].Count, _units[(int)u].Rows, _inexact[(int)u].Count, _inexact[(int)u].Rows)),
        TimeForm = _texts.TimeForm,
        LowerUuids = _texts.LowerUuids,
        JsonbTexts = _texts.JsonbTexts,
        FirstNotJsonb = _texts.NotJsonb.Rows.Count > 0 ? _texts.NotJsonb.Rows[0] : null,
        InexactIntegers = _inexactIntegers,
        MinusZeros = _minusZeros,
        BrokenSurrogates = _texts.BrokenSurrogates,
    };

    [MethodImpl(Hot.Loop)]
    private void AddInteger(StatementRow row, long value)
    {
        if (_integers.IsWanted()) Keep(_integers, row);
        if (value < _least) _least = value;
        if (value > _greatest) _greatest = value;
        if ((ulong)value <= 1) _bits++;
        if (!WantedFit.IsExact(value)) _inexactIntegers++;
        if (_holdsAllIntegers) return;
        if (_hasInstants) AddTime(row, value);
        else if (!_fit!.HoldsInteger(value) && _misfits.IsWanted()) Keep(_misfits, row);
    }

    [MethodImpl(Hot.Loop)]
    private void AddReal(StatementRow row, double value)
    {
        if (_reals.IsWanted()) Keep(_reals, row);
        if (value < _leastReal) _leastReal = value;
        if (value > _greatestReal) _greatestReal = value;
        if (WantedFit.IsWhole(value)) _whole++;
        else if (double.IsInfinity(value)) _infinities++;
        else if (WantedFit.IsMinusZero(value)) _minusZeros++;
        if (_fit is null) return;
        if (_hasInstants) AddTime(row, value);
        else if (!_fit.HoldsReal(value) && _misfits.IsWanted()) Keep(_misfits, row);
    }

    private void AddBlob(StatementRow row, int length)
    {
        if (_blobs.IsWanted()) Keep(_blobs, row);
        if (length > _longestBlob) _longestBlob = length;
        if (length == 0) _emptyBlobs++;
        if (_fit is { HoldsBlob: false } && _misfits.IsWanted()) Keep(_misfits, row);
    }

    // Integers of these sizes are doubles too.
    private void AddTime(StatementRow row, double value)
    {
        if (value == 0) return;
        EmrTimeUnit unit = TimeUnits.Of(value);
        RowSamples of = _units[(int)unit], inexact = _inexact[(int)unit];
        if (of.IsWanted()) Keep(of, row);
        if (unit != EmrTimeUnit.None && !TimeText.TryNumber(value, unit, out _) && inexact.IsWanted()) Keep(inexact, row);
    }

    private void Keep(RowSamples samples, StatementRow row) => samples.Keep(new RowSample(_key.Of(row), RowKey.Value(row, _index)));
}
