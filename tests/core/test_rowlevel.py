"""The second wall: on PostgreSQL a forgotten filter meets row-level security."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction

from guanhao.core import rowlevel, tenancy
from guanhao.people.models import Institution, Unit


@pytest.fixture
def plain_role(db):
    """A role like the application's: no superuser, no bypass."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no row-level security; the scoped managers are its wall.")
    with connection.cursor() as cursor:
        cursor.execute(
            "DO $$ BEGIN CREATE ROLE guanhao_plain; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        cursor.execute("GRANT USAGE ON SCHEMA public TO guanhao_plain")
        cursor.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO guanhao_plain")
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO guanhao_plain")


@contextmanager
def as_plain_role():
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE guanhao_plain")
        yield cursor
        cursor.execute("RESET ROLE")


@pytest.mark.django_db
@pytest.mark.requirement("K4")
def test_every_scoped_table_has_its_policy():
    """A table added later is guarded by the same migrate, so the list of unguarded ones stays empty."""
    assert rowlevel.unguarded_tables() == []
    assert "people_unit" in rowlevel.scoped_tables()


@pytest.mark.requirement("K4")
def test_raw_sql_without_a_tenant_sees_nothing(plain_role):
    """Even a query that walks past every manager."""
    connection.cursor().execute("SELECT set_config('app.institution', '', false)")
    with as_plain_role() as cursor:
        cursor.execute("SELECT count(*) FROM people_unit")
        assert cursor.fetchone() == (0,)


@pytest.mark.requirement("K4")
def test_raw_sql_within_a_tenant_sees_only_its_rows(plain_role):
    """The scope that Python declared is the scope the database enforces."""
    ruian = Institution.objects.get(key="ruian")
    with tenancy.within(ruian), as_plain_role() as cursor:
        cursor.execute("SELECT DISTINCT institution_id FROM people_unit")
        assert cursor.fetchall() == [(ruian.pk,)]
    with tenancy.everywhere("the test counts all"), as_plain_role() as cursor:
        cursor.execute("SELECT count(DISTINCT institution_id) FROM people_unit")
        assert cursor.fetchone() == (3,)


@pytest.mark.requirement("K4")
def test_raw_sql_cannot_write_for_another_tenant(plain_role):
    """An insert for a foreign institution violates the policy."""
    ruian, gpnu = Institution.objects.get(key="ruian"), Institution.objects.get(key="gpnu")
    with (
        tenancy.within(ruian),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        connection.cursor().execute("SET LOCAL ROLE guanhao_plain")
        connection.cursor().execute(
            "INSERT INTO people_unit (institution_id, name, short_name, kind, position) VALUES (%s, 'x', '', 'office', 0)",
            [gpnu.pk],
        )


@pytest.mark.django_db
@pytest.mark.requirement("TN3")
def test_leaving_a_scope_restores_the_one_before():
    """Scopes nest, and nothing survives the outermost."""
    ruian, gpnu = Institution.objects.get(key="ruian"), Institution.objects.get(key="gpnu")
    with tenancy.within(ruian):
        with tenancy.within(gpnu):
            assert {unit.institution_id for unit in Unit.objects.all()} == {gpnu.pk}
        assert {unit.institution_id for unit in Unit.objects.all()} == {ruian.pk}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.institution', true)")
            assert cursor.fetchone() == ("",)
