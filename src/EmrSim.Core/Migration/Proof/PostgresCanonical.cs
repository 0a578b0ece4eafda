using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Brings fields of PostgreSQL's binary COPY into canonical form.</summary>
internal sealed class PostgresCanonical
{
    // jsonb_send writes a version before the text.
    private const byte JsonbVersion = 1;

    private readonly ComparisonKind[] _kinds;
    private readonly Wire[] _wires;
    private readonly CanonicalValues _values;

    /// <summary>Makes one.</summary>
    /// <param name="columns">How each column is compared, and how it comes.</param>
    /// <param name="seed">The seed of this comparison.</param>
    internal PostgresCanonical(IReadOnlyList<(ComparisonKind Kind, Wire Wire)> columns, long seed)
    {
        _kinds = [.. columns.Select(c => c.Kind)];
        _wires = [.. columns.Select(c => c.Wire)];
        Row = new CanonicalRow(columns.Count, seed);
        _values = new CanonicalValues(Row);
    }

    /// <summary>The row being written. Begin with its Clear, and append its fields in their order.</summary>
    internal CanonicalRow Row { get; }

    /// <summary>Appends a field that is not NULL.</summary>
    [MethodImpl(Hot.Loop)]
    internal void Append(int column, ReadOnlySpan<byte> field)
    {
        ComparisonKind kind = _kinds[column];
        switch (_wires[column])
        {
            case Wire.Text or Wire.Cast or Wire.Json:
                if (kind is ComparisonKind.Exact or ComparisonKind.Text) Row.Text(field);
                else _values.Text(field, kind);
                break;
            case Wire.Int64:
                _values.Integer(BinaryPrimitives.ReadInt64BigEndian(field), kind, EmrTimeUnit.None);
                break;
            case Wire.Int32:
                _values.Integer(BinaryPrimitives.ReadInt32BigEndian(field), kind, EmrTimeUnit.None);
                break;
            case Wire.Int16:
                _values.Integer(BinaryPrimitives.ReadInt16BigEndian(field), kind, EmrTimeUnit.None);
                break;
            case Wire.Float8:
                _values.Real(BinaryPrimitives.ReadDoubleBigEndian(field), kind, EmrTimeUnit.None);
                break;
            case Wire.Float4:
                _values.Real(BinaryPrimitives.ReadSingleBigEndian(field), kind, EmrTimeUnit.None);
                break;
            case Wire.Numeric:
                _values.Numeric(field);
                break;
            case Wire.Timestamp:
                Row.Instant(BinaryPrimitives.ReadInt64BigEndian(field));
                break;
            case Wire.Date:
                _values.Date(BinaryPrimitives.ReadInt32BigEndian(field), kind);
                break;
            case Wire.Time:
                Row.Time(BinaryPrimitives.ReadInt64BigEndian(field));
                break;
            case Wire.Boolean:
                Row.Boolean(field[0] != 0);
                break;
            case Wire.Bytes:
                Row.Blob(field);
                break;
            case Wire.Uuid:
                Row.Uuid(field);
                break;
            case Wire.Jsonb when field[0] == JsonbVersion:
                _values.Text(field[1..], kind);
                break;
            default:
                throw new InvalidDataException($"PostgreSQL sent a {_wires[column]} in a form that is not known.");
        }
    }
}
