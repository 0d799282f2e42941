"""On PostgreSQL each log is one table a month: a term that ended drops a table, and nothing else.

Both tables are made anew as partitioned ones, with their rows, indexes, foreign keys and triggers.
The moment of a row belongs to the primary key, because PostgreSQL demands it. Months are months of
universal time. What fits no month goes to the default partition, so that nothing is ever refused.

Row triggers of the parent hold for every partition; TRUNCATE of a partition asks only the
partition, so each has that trigger itself. Partitions are made by audit_ensure_month, which the
serving role may call: it owns no table and could make none otherwise.

SQLite keeps its plain tables.
"""

from datetime import UTC, datetime
from importlib import import_module

from django.db import migrations

append_only = import_module("lotsen.audit.migrations.0100_append_only")

TABLES = {"audit_accessevent": "at", "audit_changeentry": "timestamp"}
MONTHS_AHEAD = 3

# lock_timeout: the parent is locked for a moment; whoever reads for long is not waited for.
ENSURE_MONTH = """
CREATE FUNCTION audit_ensure_month(log text, month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET "TimeZone" = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
    part text := log || to_char(month, '_YYYY_MM');
    moment text := CASE log WHEN 'audit_accessevent' THEN 'at'
                            WHEN 'audit_changeentry' THEN 'timestamp' END;
    reader oid;
    taken boolean;
BEGIN
    IF moment IS NULL OR month <> date_trunc('month', month)::date
       OR month NOT BETWEEN date '2020-01-01' AND (now() + interval '1 year')::date THEN
        RAISE EXCEPTION 'no month of a log: % %', log, month;
    END IF;
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE %I >= $1 AND %I < $2)',
                   log || '_default', moment, moment)
        INTO taken USING month::timestamptz, (month + interval '1 month')::timestamptz;
    IF taken THEN  -- they came before their month was made, and stay where they are
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                   part, log, month::timestamptz, (month + interval '1 month')::timestamptz);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT '
                   'EXECUTE FUNCTION public.audit_refuse_change()', log || '_no_truncate', part);
    EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', part, log || '_no_truncate');
    -- Who reads the log also backs it up, and a backup reads partition by partition.
    FOR reader IN SELECT acl.grantee FROM pg_class, aclexplode(relacl) AS acl
                  WHERE pg_class.oid = ('public.' || log)::regclass
                    AND acl.privilege_type = 'SELECT' AND acl.grantee <> relowner LOOP
        EXECUTE format('GRANT SELECT ON public.%I TO %s', part, reader::regrole);
    END LOOP;
    RETURN true;
END $$
"""
CLOSE_FUNCTION = "REVOKE EXECUTE ON FUNCTION audit_ensure_month(text, date) FROM PUBLIC"


def split(apps, schema_editor):
    """Make both tables partitioned, keeping all they hold."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with schema_editor.connection.cursor() as cursor:
        for table, moment in TABLES.items():
            _rebuild(cursor, table, f"PARTITION BY RANGE ({moment})", f"id, {moment}")
            cursor.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
        cursor.execute(ENSURE_MONTH, None)
        cursor.execute(CLOSE_FUNCTION)
        for table, moment in TABLES.items():
            for month in _months(cursor, f"{table}_whole", moment):
                cursor.execute("SELECT audit_ensure_month(%s, %s)", [table, month])
            _refill(cursor, table)
            for statement in truncate_triggers(table, f"{table}_default"):
                cursor.execute(statement, None)


def join(apps, schema_editor):
    """Make both tables plain again, keeping all they hold."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION audit_ensure_month(text, date)")
        for table in TABLES:
            _rebuild(cursor, table, "", "id")
            _refill(cursor, table)


def truncate_triggers(table, partition):
    """What keeps a partition from being emptied by its own name."""
    name = f"{table}_no_truncate"
    return (
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {partition} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
        f"ALTER TABLE {partition} ENABLE ALWAYS TRIGGER {name}",
    )


def _rebuild(cursor, table, partitioned, key):
    """An empty table of the same columns and name; the old one is called …_whole from now on.

    What the old one has is noted in a table of this session and made again by _refill.
    """
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS audit_again (of text, statement text)")
    cursor.execute(
        "INSERT INTO audit_again "
        "SELECT %s, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s "
        "AND indexname <> %s",
        [table, table, f"{table}_pkey"],
    )
    cursor.execute(
        "INSERT INTO audit_again SELECT %s, format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', "
        "%s::text, conname, pg_get_constraintdef(oid)) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
        [table, table, table],
    )
    cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_whole")
    cursor.execute(f"ALTER TABLE {table}_whole RENAME CONSTRAINT {table}_pkey TO {table}_whole_pkey")
    cursor.execute(f"CREATE TABLE {table} (LIKE {table}_whole) {partitioned}")
    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({key})")


def _refill(cursor, table):
    columns = _columns(cursor, table)
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_whole")
    numbered = _is_numbered(cursor, table)
    if numbered:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
        (following,) = cursor.fetchone()
    cursor.execute(f"DROP TABLE {table}_whole")
    if numbered:  # partitions know no identity columns before PostgreSQL 17
        cursor.execute(f"DROP SEQUENCE IF EXISTS {table}_id_seq")
        cursor.execute(f"CREATE SEQUENCE {table}_id_seq START {following} OWNED BY {table}.id")
        cursor.execute(
            f"ALTER TABLE {table} ALTER id SET DEFAULT nextval('public.{table}_id_seq')"
        )
    cursor.execute("SELECT statement FROM audit_again WHERE of = %s", [table])
    for (statement,) in cursor.fetchall():
        cursor.execute(statement, None)
    cursor.execute("DELETE FROM audit_again WHERE of = %s", [table])
    for statement in append_only.POSTGRES_INSTALL:
        cursor.execute(statement.format(table=table), None)


def _columns(cursor, table):
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return cursor.fetchone()[0]


def _is_numbered(cursor, table):
    cursor.execute(
        "SELECT atttypid = 'bigint'::regtype FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attname = 'id'",
        [table],
    )
    return cursor.fetchone()[0]


def _months(cursor, table, moment):
    """Months that have rows and lie where partitions may be made, and those that come next."""
    cursor.execute(
        f"SELECT DISTINCT date_trunc('month', {moment} AT TIME ZONE 'UTC')::date FROM {table} "
        f"WHERE {moment} >= '2020-01-01Z' AND {moment} < now()"
    )
    found = {month for (month,) in cursor.fetchall()}
    this = datetime.now(UTC).date().replace(day=1)
    for ahead in range(MONTHS_AHEAD + 1):
        years, month = divmod(this.month - 1 + ahead, 12)
        found.add(this.replace(year=this.year + years, month=month + 1))
    return sorted(found)


class Migration(migrations.Migration):
    dependencies = [("audit", "0101_device_of_an_event")]
    operations = [migrations.RunPython(split, join)]
