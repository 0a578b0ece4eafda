namespace EmrSim.Core.Postgres;

/// <summary>
/// The queries of the system catalogs (https://www.postgresql.org/docs/current/catalogs.html). Everything is qualified: a schema of the user's may hold a table named pg_class, and may
/// come first in the search path.
/// </summary>
internal static class CatalogSql
{
    internal const string SchemaExists = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)";

    // Of the schema, no partition of another one, and not an extension's.
    private const string Relations =
        "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1 AND NOT c.relispartition " +
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype = 'e')";

    private const string Tables = Relations + " AND c.relkind IN ('r', 'p')";

    // As the planner does it: rows a page by the statistics, times the pages that there are; without statistics, pages of rows of a hundred bytes.
    internal const string ReadTables =
        "SELECT c.oid, c.relname::text, c.relkind = 'p', (SELECT COALESCE(pg_catalog.sum(CASE WHEN p.relpages > 0 AND p.reltuples >= 0 " +
        "THEN p.reltuples::float8 / p.relpages * s.size / pg_catalog.current_setting('block_size')::float8 ELSE s.size / 100.0 END), 0)::int8 " +
        "FROM (SELECT c.oid AS leaf WHERE c.relkind = 'r' UNION ALL SELECT relid FROM pg_catalog.pg_partition_tree(c.oid) WHERE isleaf AND c.relkind = 'p') t " +
        "JOIN pg_catalog.pg_class p ON p.oid = t.leaf, LATERAL (SELECT COALESCE(pg_catalog.pg_relation_size(p.oid), 0)::float8 AS size) s) " +
        "FROM " + Tables + " ORDER BY c.relname";

    internal const string ReadOthers =
        "SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END, c.relname::text, " +
        "CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END FROM " + Relations + " AND c.relkind IN ('v', 'm', 'f') ORDER BY c.relname";

    // The type below a domain, which may itself be a domain. A generated column keeps its expression where others keep their default.
    internal const string ReadColumns =
        "WITH RECURSIVE base(oid, below) AS (SELECT oid, oid FROM pg_catalog.pg_type WHERE typtype <> 'd' " +
        "UNION ALL SELECT t.oid, b.below FROM pg_catalog.pg_type t JOIN base b ON t.typbasetype = b.oid WHERE t.typtype = 'd') " +
        "SELECT a.attrelid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), b.below, l.collname::text, a.attnotnull, " +
        "pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END " +
        "FROM pg_catalog.pg_attribute a JOIN " + Tables + " ON c.oid = a.attrelid JOIN base b ON b.oid = a.atttypid " +
        "LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation " +
        "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

    internal const string ReadForeignKeys =
        "SELECT k.conrelid, k.conname::text, " +
        "ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(number, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place), " +
        "pn.nspname::text, p.relname::text, " +
        "ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u(number, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place), " +
        "k.confupdtype::text, k.confdeltype::text, k.condeferrable, k.condeferred, k.convalidated " +
        "FROM pg_catalog.pg_constraint k JOIN " + Tables + " ON c.oid = k.conrelid JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace " +
        // A key that refers to a partitioned table has a copy of itself for each partition.
        "WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname";

    internal const string ReadChecks =
        "SELECT k.conrelid, k.conname::text, pg_catalog.pg_get_expr(k.conbin, k.conrelid), k.convalidated " +
        "FROM pg_catalog.pg_constraint k JOIN " + Tables + " ON c.oid = k.conrelid WHERE k.contype = 'c' ORDER BY k.conname";

    // Owned: by identity ('i') or by serial and OWNED BY ('a'). Or the column's default depends on it.
    internal const string ReadSequences =
        "SELECT o.relation, a.attname::text, n2.nspname::text, s.relname::text, q.seqincrement, q.seqmax FROM (" +
        "SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid::int4 AS number FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass " +
        "AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 " +
        "UNION SELECT d.refobjid, f.adrelid, f.adnum::int4 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass " +
        "AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'n') o " +
        "JOIN " + Tables + " ON c.oid = o.relation JOIN pg_catalog.pg_class s ON s.oid = o.sequence AND s.relkind = 'S' JOIN pg_catalog.pg_namespace n2 ON n2.oid = s.relnamespace " +
        "JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid JOIN pg_catalog.pg_attribute a ON a.attrelid = o.relation AND a.attnum = o.number ORDER BY o.relation, o.number, s.relname";

    /// <summary>The indexes. PostgreSQL 15 brought NULLS NOT DISTINCT.</summary>
    internal static string ReadIndexes(int version) =>
        "SELECT i.indrelid, i.indexrelid, r.relname::text, k.contype::text, i.indisunique, i.indisvalid, " + (version >= 150000 ? "i.indnullsnotdistinct" : "false") +
        ", COALESCE(k.condeferrable, false), m.amname::text, pg_catalog.pg_get_expr(i.indpred, i.indrelid) " +
        "FROM pg_catalog.pg_index i JOIN " + Tables + " ON c.oid = i.indrelid JOIN pg_catalog.pg_class r ON r.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = r.relam " +
        "LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') ORDER BY r.relname";

    // indkey, indoption and their like count from 0, pg_get_indexdef from 1; the columns of INCLUDE follow those of the key and have no options.
    internal const string ReadIndexColumns =
        "SELECT i.indexrelid, a.attname::text, CASE WHEN a.attname IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid, p.place, true) END, l.collname::text, " +
        "COALESCE(i.indoption[p.place - 1] & 1, 0) = 1, COALESCE(i.indoption[p.place - 1] & 2, 0) = 2, CASE WHEN NOT o.opcdefault THEN o.opcname::text END, p.place > i.indnkeyatts " +
        "FROM pg_catalog.pg_index i JOIN " + Tables + " ON c.oid = i.indrelid CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnatts::int4) p(place) " +
        "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.place - 1] AND i.indkey[p.place - 1] <> 0 " +
        "LEFT JOIN pg_catalog.pg_collation l ON p.place <= i.indnkeyatts AND l.oid = i.indcollation[p.place - 1] " +
        "LEFT JOIN pg_catalog.pg_opclass o ON p.place <= i.indnkeyatts AND o.oid = i.indclass[p.place - 1] ORDER BY i.indexrelid, p.place";
}
