"""Entries may go when they are old, and by one road only (LG8, LG7).

1. A pruning can be written only where every entry below it is older than the institution's period by this database's own
   clock (six months whatever the period says), a checkpoint vouches for them, and it goes further than the one before. It
   is never changed and never deleted.
2. An entry can be deleted only below a pruning, if it is older than six months, and if its leaf hash is kept as a node;
   its detail only together with it. Nothing else of 0003 changes: updates stay refused.
3. On PostgreSQL `ledger_prune` does it with the rights of the tables' owner: the application's role keeps neither UPDATE
   nor DELETE on the log.
"""

from django.db import migrations

MONTHS = "coalesce((SELECT months FROM ledger_retention WHERE institution_id = NEW.institution_id), 36)"
FURTHER = (
    "NEW.below > coalesce((SELECT max(below) FROM ledger_pruning WHERE institution_id = NEW.institution_id), 0)"
    " AND EXISTS (SELECT 1 FROM ledger_checkpoint WHERE institution_id = NEW.institution_id AND size >= NEW.below)"
    " AND EXISTS (SELECT 1 FROM ledger_loghead WHERE institution_id = NEW.institution_id AND size >= NEW.below)"
)
YOUNG = (
    "EXISTS (SELECT 1 FROM ledger_event WHERE institution_id = NEW.institution_id"
    ' AND "index" < NEW.below AND "at" >= {limit})'
)
HASH_KEPT = (
    'EXISTS (SELECT 1 FROM ledger_node WHERE institution_id = OLD.institution_id AND level = 0 AND "index" = OLD."index"'
    " AND hash = OLD.leaf_hash)"
)
EVENT_GOES = (
    'EXISTS (SELECT 1 FROM ledger_pruning WHERE institution_id = OLD.institution_id AND below > OLD."index")'
    f' AND OLD."at" < {{limit}} AND {HASH_KEPT}'
)
DETAIL_GOES = (
    "EXISTS (SELECT 1 FROM ledger_event e JOIN ledger_pruning p ON p.institution_id = e.institution_id"
    ' WHERE e.id = OLD.event_id AND p.below > e."index")'
)


def _sqlite():
    period = f"strftime('%Y-%m-%d %H:%M:%S', 'now', '-' || {MONTHS} || ' months')"
    half_a_year = "strftime('%Y-%m-%d %H:%M:%S', 'now', '-6 months')"
    refuse = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    say = refuse.format(table="ledger_pruning")
    yield (
        "CREATE TRIGGER ledger_pruning_of_old BEFORE INSERT ON ledger_pruning"
        f" WHEN NOT ({FURTHER}) OR {YOUNG.format(limit=period)} {say}"
    )
    for table in ("ledger_pruning", "ledger_retention"):
        yield f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table} {refuse.format(table=table)}"
    yield f"CREATE TRIGGER append_only_ledger_pruning_update BEFORE UPDATE ON ledger_pruning {say}"
    for table, goes in (
        ("ledger_event", EVENT_GOES.format(limit=half_a_year)),
        ("ledger_eventdetail", DETAIL_GOES),
    ):
        yield f"DROP TRIGGER append_only_{table}_delete"
        yield (
            f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table}"
            f" WHEN NOT ({goes}) {refuse.format(table=table)}"
        )


def _function(name, condition):
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN RETURN coalesce(NEW, OLD); END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END
    $$
    """


PRUNE = """
CREATE FUNCTION ledger_prune(whose bigint, until bigint, older timestamptz, said timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO ledger_node (institution_id, level, "index", hash)
        SELECT institution_id, 0, "index", leaf_hash FROM ledger_event
        WHERE institution_id = whose AND "index" < until;
    INSERT INTO ledger_pruning (institution_id, below, older_than, "at") VALUES (whose, until, older, said);
    DELETE FROM ledger_eventdetail WHERE event_id IN
        (SELECT id FROM ledger_event WHERE institution_id = whose AND "index" < until);
    DELETE FROM ledger_event WHERE institution_id = whose AND "index" < until;
END
$$
"""


def _postgresql():
    period = f"now() - make_interval(months => {MONTHS})"
    half_a_year = "now() - interval '6 months'"
    yield _function("ledger_pruning_of_old", f"{FURTHER} AND NOT {YOUNG.format(limit=period)}")
    yield _function("ledger_event_goes", EVENT_GOES.format(limit=half_a_year))
    yield _function("ledger_detail_goes", DETAIL_GOES)
    yield (
        "CREATE TRIGGER ledger_pruning_of_old BEFORE INSERT ON ledger_pruning"
        " FOR EACH ROW EXECUTE FUNCTION ledger_pruning_of_old()"
    )
    refuse = "EXECUTE FUNCTION append_only_refuse()"
    yield f"CREATE TRIGGER append_only_ledger_pruning_update BEFORE UPDATE ON ledger_pruning FOR EACH ROW {refuse}"
    for table in ("ledger_pruning", "ledger_retention"):
        yield f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
        yield f"CREATE TRIGGER append_only_{table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
    for table, function in (
        ("ledger_event", "ledger_event_goes"),
        ("ledger_eventdetail", "ledger_detail_goes"),
    ):
        yield f"DROP TRIGGER append_only_{table}_delete ON {table}"
        yield (
            f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    yield PRUNE


def install(apps, schema_editor):
    statements = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for statement in statements():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_retention")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
