"""What never changes and never goes away goes with its institution, and an institution goes by one road only (SE8).

1. Revisions, decisions, bars, rulebook versions and applications as handed in may be deleted once their institution is
   being removed; changing them stays refused for ever.
2. `removed_at` can be set only where a removal was asked for and confirmed by two, waited seven days and has begun. It
   never changes again.
"""

from django.db import migrations

# table → what its refusal says, the triggers before (SQLite: of deletion; PostgreSQL: of change), the function behind.
KEPT = {
    "contents_revision": ("a revision is immutable", "revision_no_delete", "revision_no_change", "revision_is_immutable"),
    "applications_applicationrevision": (
        "an application revision is immutable", "application_revision_no_delete", "application_revision_no_change",
        "application_revision_is_immutable",
    ),
    **{
        table: (f"{table} is never changed", f"unchanging_{table}_delete", "unchanging_row", f"unchanging_{table}")
        for table in ("cases_decision", "cases_barred", "regulation_rulebookversion")
    },
}  # fmt: skip

SQLITE_GUARD = """
CREATE TRIGGER institution_leaves_by_one_road BEFORE UPDATE OF removed_at ON people_institution
WHEN NEW.removed_at IS NOT OLD.removed_at AND NOT (OLD.removed_at IS NULL AND EXISTS (
    SELECT 1 FROM removal_removal r WHERE r.institution_id = NEW.id AND r.begun_at IS NOT NULL
    AND julianday(r.due_at) - julianday(r.confirmed_at) > 6.9999
))
BEGIN SELECT RAISE(ABORT, 'an institution is removed by two persons after seven days'); END
"""
POSTGRES_GUARD = """
CREATE FUNCTION institution_leaves_by_one_road() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.removed_at IS NOT DISTINCT FROM OLD.removed_at THEN RETURN NEW; END IF;
    IF OLD.removed_at IS NULL AND EXISTS (
        SELECT 1 FROM removal_removal r WHERE r.institution_id = NEW.id AND r.begun_at IS NOT NULL
        AND r.due_at >= r.confirmed_at + interval '7 days'
    ) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'an institution is removed by two persons after seven days' USING ERRCODE = 'restrict_violation';
END
$$
"""
LETS_GO = """
CREATE FUNCTION goes_with_its_institution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM people_institution WHERE id = OLD.institution_id AND removed_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$
"""


def _sqlite():
    yield SQLITE_GUARD
    for table, (says, before, _change, _function) in KEPT.items():
        yield f"DROP TRIGGER {before}"
        yield (
            f"CREATE TRIGGER {before} BEFORE DELETE ON {table} WHEN NOT EXISTS (SELECT 1 FROM people_institution"
            f" WHERE id = OLD.institution_id AND removed_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )


def _postgresql():
    yield POSTGRES_GUARD
    yield (
        "CREATE TRIGGER institution_leaves_by_one_road BEFORE UPDATE OF removed_at ON people_institution"
        " FOR EACH ROW EXECUTE FUNCTION institution_leaves_by_one_road()"
    )
    yield LETS_GO
    for table, (says, _delete, before, function) in KEPT.items():
        yield f"DROP TRIGGER {before} ON {table}"
        yield f"CREATE TRIGGER {before} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        yield (
            f"CREATE TRIGGER goes_with_its_institution BEFORE DELETE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION goes_with_its_institution('{says}')"
        )


def let_go(apps, schema_editor):
    statements = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
    for statement in statements():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("removal", "0001_initial"),
        ("people", "0002_leaving"),
        ("applications", "0002_immutable_revisions"),
        ("cases", "0003_unchanging_decisions"),
        ("contents", "0003_immutable_revisions"),
        ("regulation", "0002_unchanging_versions"),
    ]

    operations = [migrations.RunPython(let_go, migrations.RunPython.noop, elidable=False)]
