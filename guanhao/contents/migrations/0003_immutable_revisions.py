"""A revision never changes and never goes away: the database itself refuses (K1)."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER revision_no_update BEFORE UPDATE ON contents_revision
       BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END""",
    """CREATE TRIGGER revision_no_delete BEFORE DELETE ON contents_revision
       BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END""",
    # REPLACE deletes without firing delete triggers.
    """CREATE TRIGGER revision_no_replace BEFORE INSERT ON contents_revision
       WHEN EXISTS (SELECT 1 FROM contents_revision WHERE id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END""",
]
POSTGRES = [
    """CREATE FUNCTION revision_is_immutable() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'a revision is immutable'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER revision_no_change BEFORE UPDATE OR DELETE ON contents_revision
       FOR EACH ROW EXECUTE FUNCTION revision_is_immutable()""",
    """CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON contents_revision
       FOR EACH STATEMENT EXECUTE FUNCTION revision_is_immutable()""",
]
UNDO = {
    "sqlite": [
        "DROP TRIGGER revision_no_update",
        "DROP TRIGGER revision_no_delete",
        "DROP TRIGGER revision_no_replace",
    ],
    "postgresql": [
        "DROP TRIGGER revision_no_change ON contents_revision",
        "DROP TRIGGER revision_no_truncate ON contents_revision",
        "DROP FUNCTION revision_is_immutable()",
    ],
}


def forbid(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("contents", "0002_initial")]

    operations = [migrations.RunPython(forbid, allow)]
