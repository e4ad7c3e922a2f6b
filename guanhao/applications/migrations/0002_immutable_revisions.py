"""What was handed in never changes and never goes away: the database itself refuses (K1)."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER application_revision_no_update BEFORE UPDATE ON applications_applicationrevision
       BEGIN SELECT RAISE(ABORT, 'an application revision is immutable'); END""",
    """CREATE TRIGGER application_revision_no_delete BEFORE DELETE ON applications_applicationrevision
       BEGIN SELECT RAISE(ABORT, 'an application revision is immutable'); END""",
    # REPLACE deletes without firing delete triggers.
    """CREATE TRIGGER application_revision_no_replace BEFORE INSERT ON applications_applicationrevision
       WHEN EXISTS (SELECT 1 FROM applications_applicationrevision WHERE id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'an application revision is immutable'); END""",
]
POSTGRES = [
    """CREATE FUNCTION application_revision_is_immutable() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'an application revision is immutable'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER application_revision_no_change BEFORE UPDATE OR DELETE ON applications_applicationrevision
       FOR EACH ROW EXECUTE FUNCTION application_revision_is_immutable()""",
    """CREATE TRIGGER application_revision_no_truncate BEFORE TRUNCATE ON applications_applicationrevision
       FOR EACH STATEMENT EXECUTE FUNCTION application_revision_is_immutable()""",
]
UNDO = {
    "sqlite": [
        "DROP TRIGGER application_revision_no_update",
        "DROP TRIGGER application_revision_no_delete",
        "DROP TRIGGER application_revision_no_replace",
    ],
    "postgresql": [
        "DROP TRIGGER application_revision_no_change ON applications_applicationrevision",
        "DROP TRIGGER application_revision_no_truncate ON applications_applicationrevision",
        "DROP FUNCTION application_revision_is_immutable()",
    ],
}


def forbid(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
