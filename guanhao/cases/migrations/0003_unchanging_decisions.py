"""A decision and a bar are never changed and never go away: the database itself refuses (AP1, AP3)."""

from django.db import migrations

TABLES = ("cases_decision", "cases_barred")


def _sqlite(table):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
    yield f"CREATE TRIGGER unchanging_{table}_update BEFORE UPDATE ON {table} {refuse}"
    yield f"CREATE TRIGGER unchanging_{table}_delete BEFORE DELETE ON {table} {refuse}"
    # REPLACE deletes without firing delete triggers.
    yield (
        f"CREATE TRIGGER unchanging_{table}_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}"
    )


def _postgresql(table):
    yield (
        f"CREATE FUNCTION unchanging_{table}() RETURNS trigger AS $$"
        f" BEGIN RAISE EXCEPTION '{table} is never changed' USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
    )
    refuse = f"EXECUTE FUNCTION unchanging_{table}()"
    yield f"CREATE TRIGGER unchanging_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER unchanging_table BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"


def forbid(apps, schema_editor):
    statements = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
    for table in TABLES:
        for statement in statements(table):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]

    operations = [migrations.RunPython(forbid, migrations.RunPython.noop, elidable=False)]
