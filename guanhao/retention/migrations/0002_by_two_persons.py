"""The period in force is that of the newest change that two people agreed on, and no other (LG8, AP8)."""

from django.db import migrations

AGREED = (
    "NEW.months = (SELECT c.months FROM retention_periodchange c WHERE c.institution_id = NEW.institution_id"
    " AND c.agreed_at IS NOT NULL ORDER BY c.agreed_at DESC, c.id DESC LIMIT 1)"
)
SAYS = "the period changes by the word of two persons"
SQLITE = [
    f"CREATE TRIGGER retention_by_two_{how.lower()} BEFORE {how} ON ledger_retention"
    f" WHEN ({AGREED}) IS NOT 1 BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    for how in ("INSERT", "UPDATE")
]
POSTGRES = [
    f"""
    CREATE FUNCTION retention_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {AGREED} THEN RETURN NEW; END IF;
        RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    "CREATE TRIGGER retention_by_two BEFORE INSERT OR UPDATE ON ledger_retention"
    " FOR EACH ROW EXECUTE FUNCTION retention_by_two()",
]

UNDO = {
    "sqlite": ["DROP TRIGGER retention_by_two_insert", "DROP TRIGGER retention_by_two_update"],
    "postgresql": ["DROP TRIGGER retention_by_two ON ledger_retention", "DROP FUNCTION retention_by_two()"],
}


def guard(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("ledger", "0005_goes_when_old")]

    operations = [migrations.RunPython(guard, unguard, elidable=False)]
