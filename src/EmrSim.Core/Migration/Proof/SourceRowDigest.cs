using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// Adds the rows of a SQLite table to its digest while they are copied. One per thread. A row is added after it was encoded, when it is known what of it does not fit; the encoder reads
/// texts as UTF-8, whatever the database's encoding, and has seen that they are sound.
/// </summary>
internal sealed class SourceRowDigest
{
    private readonly SqliteCanonical _canonical;
    private readonly RowHasher _hasher;
    private readonly TableDigest _into;

    /// <summary>Makes one.</summary>
    /// <param name="columns">The columns, in the order of the statement's.</param>
    /// <param name="keyIndexes">Which of them are the key; none where there is none.</param>
    /// <param name="encoding">The encoding of the database.</param>
    /// <param name="into">The digest.</param>
    internal SourceRowDigest(IReadOnlyList<ColumnComparison> columns, IReadOnlyList<int> keyIndexes, string encoding, TableDigest into)
    {
        _canonical = new SqliteCanonical(columns, encoding, into.Seed, areRead: true);
        _hasher = new RowHasher(keyIndexes, into.Seed);
        _into = into;
    }

    /// <summary>Adds a row.</summary>
    [MethodImpl(Hot.Loop)]
    internal void Add(StatementRow row) => _into.Add(_hasher.Hash(_canonical.Write(row)));

    /// <summary>Adds a row some of whose values arrive as NULL.</summary>
    internal void Add(StatementRow row, ReadOnlySpan<bool> nulled) => _into.Add(_hasher.Hash(_canonical.Write(row, nulled)));
}
