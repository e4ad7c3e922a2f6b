"""Triggers that refuse to change what was recorded, on both databases (LG7). Grants are the second wall on PostgreSQL.

Events, nodes and checkpoints are never changed and never deleted. A detail can only be erased: data and salt emptied,
the time said. A checkpoint can only be marked as delivered. A head only grows.
"""

from django.db import migrations

# table → the condition under which an update is let through ("" for never), per database.
ALLOWED = {
    "ledger_event": ("", ""),
    "ledger_node": ("", ""),
    "ledger_eventdetail": (
        "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.data = '{}' AND length(NEW.salt) = 0"
        " AND NEW.id = OLD.id AND NEW.event_id = OLD.event_id AND NEW.institution_id = OLD.institution_id",
        "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.data = '{}'::jsonb AND length(NEW.salt) = 0"
        " AND NEW.id = OLD.id AND NEW.event_id = OLD.event_id AND NEW.institution_id = OLD.institution_id",
    ),
    "ledger_checkpoint": (
        "NEW.id = OLD.id AND NEW.institution_id = OLD.institution_id AND NEW.at = OLD.at AND NEW.size = OLD.size"
        " AND NEW.root = OLD.root AND NEW.note = OLD.note",
    )
    * 2,
    "ledger_loghead": ("NEW.id = OLD.id AND NEW.institution_id = OLD.institution_id AND NEW.size > OLD.size",)
    * 2,
}


def _sqlite(table, allowed):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    when = f"WHEN NOT ({allowed}) " if allowed else ""
    yield f"CREATE TRIGGER append_only_{table}_update BEFORE UPDATE ON {table} {when}{refuse}"
    yield f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table} {refuse}"
    # REPLACE deletes without firing delete triggers, so an insert over an existing key is refused too.
    yield (
        f"CREATE TRIGGER append_only_{table}_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}"
    )


def _postgresql(table, allowed):
    refuse = "EXECUTE FUNCTION append_only_refuse()"
    when = f"WHEN (NOT ({allowed})) " if allowed else ""
    yield f"CREATE TRIGGER append_only_{table}_update BEFORE UPDATE ON {table} FOR EACH ROW {when}{refuse}"
    yield f"CREATE TRIGGER append_only_{table}_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER append_only_{table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"


REFUSE = """
CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(REFUSE, params=None)
    for table, (sqlite, other) in ALLOWED.items():
        for statement in _postgresql(table, other) if postgresql else _sqlite(table, sqlite):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_initial")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
