"""PostgreSQL's row-level security as a second wall behind the scoped managers (K4).

Every table with an `institution_id` gets one policy: its rows are there only for the institution that
`tenancy.within` declared, or for the named system work of `tenancy.everywhere`. The application's role must
neither be a superuser nor have BYPASSRLS, or the wall is not there; `forced` makes it hold for the owner too.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from guanhao.core.tenancy import Scoped

_POLICY = "guanhao_tenant"
_CONDITION = (
    "coalesce(current_setting('app.institution', true), '') = '*' "
    "OR institution_id = nullif(nullif(current_setting('app.institution', true), ''), '*')::bigint"
)


def scoped_tables() -> list[str]:
    """The tables whose rows belong to an institution."""
    return sorted(
        model._meta.db_table  # noqa: SLF001 - Django's documented way to a table's name.
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, Scoped)
    )


def unguarded_tables() -> list[str]:
    """Scoped tables on which the policy is missing; empty on SQLite, which has none."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE p.polname = %s AND c.relrowsecurity AND c.relforcerowsecurity",
            [_POLICY],
        )
        guarded = {name for (name,) in cursor.fetchall()}
    return [table for table in scoped_tables() if table not in guarded]


def guard_tables() -> list[str]:
    """Give every unguarded scoped table its policy; answers which ones were."""
    unguarded = unguarded_tables()
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in unguarded:
            if table not in existing:
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
            cursor.execute(f"DROP POLICY IF EXISTS {_POLICY} ON {name}")
            cursor.execute(
                f"CREATE POLICY {_POLICY} ON {name} USING ({_CONDITION}) WITH CHECK ({_CONDITION})"
            )
    return unguarded
