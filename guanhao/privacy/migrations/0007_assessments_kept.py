"""A concluded impact assessment is not changed, and not deleted for three years (PIPL 56), unless its institution leaves."""

from django.db import migrations

SAYS = "a concluded assessment is kept for three years"
LEFT = "EXISTS (SELECT 1 FROM people_institution WHERE id = OLD.institution_id AND removed_at IS NOT NULL)"
SQLITE = [
    "CREATE TRIGGER assessment_concluded BEFORE UPDATE ON privacy_assessment WHEN OLD.concluded_at IS NOT NULL"
    f" BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    "CREATE TRIGGER assessment_kept BEFORE DELETE ON privacy_assessment WHEN OLD.concluded_at IS NOT NULL"
    f" AND OLD.concluded_at > strftime('%Y-%m-%d %H:%M:%S', 'now', '-3 years') AND NOT {LEFT}"
    f" BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
]
POSTGRES = [
    f"""
    CREATE FUNCTION assessment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.concluded_at IS NULL OR (TG_OP = 'DELETE' AND (OLD.concluded_at <= now() - interval '3 years' OR {LEFT}))
        THEN RETURN coalesce(NEW, OLD); END IF;
        RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    "CREATE TRIGGER assessment_kept BEFORE UPDATE OR DELETE ON privacy_assessment"
    " FOR EACH ROW EXECUTE FUNCTION assessment_kept()",
]

UNDO = {
    "sqlite": ["DROP TRIGGER assessment_concluded", "DROP TRIGGER assessment_kept"],
    "postgresql": ["DROP TRIGGER assessment_kept ON privacy_assessment", "DROP FUNCTION assessment_kept()"],
}


def guard(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0006_assessments"), ("people", "0002_leaving")]

    operations = [migrations.RunPython(guard, unguard, elidable=False)]
