"""On PostgreSQL a reading request says whose rows it may see along with its first statement (docs/decisions/0009)."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes.exceptions import ScopeError

from guanhao.core import tenancy
from guanhao.people.models import Institution, Unit
from tests.core.test_rowlevel import plain_role

__all__ = ["plain_role"]
pytestmark = [pytest.mark.requirement("K4"), pytest.mark.requirement("TN3")]
SEEN = "SELECT DISTINCT institution_id FROM people_unit ORDER BY institution_id"
SETTING = "SELECT current_setting('app.institution', true)"


@contextmanager
def _as_plain_role():
    """Without Django's cursors, which would carry what is to be seen here."""
    connection.connection.execute("SET ROLE guanhao_plain")
    yield
    connection.connection.execute("RESET ROLE")


def _asked(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def _on_the_session():
    """What somebody would see who got hold of the connection itself."""
    connection.ensure_connection()
    return connection.connection.execute(SETTING).fetchone()[0] or ""


@pytest.fixture
def houses(transactional_db, plain_role):
    """Two institutions, by key; outside of every transaction."""
    return {row.key: row for row in Institution.objects.filter(key__in=("ruian", "gpnu"))}


def test_a_reading_sees_its_own_rows_and_leaves_nothing(houses):
    """From the first statement on; nothing is said before it, and everything is taken back after the last."""
    own = houses["ruian"].pk
    with CaptureQueriesContext(connection) as queries, tenancy.within_a_reading(houses["ruian"]):
        assert _on_the_session() == ""
        with _as_plain_role():
            assert _asked(SEEN) == [own]
            assert _asked(SEEN) == [own]
        assert _on_the_session() == str(own)
    assert _on_the_session() == ""
    assert sum("set_config" in query["sql"] for query in queries) == 1  # the one that takes it back


def test_a_reading_that_asks_nothing_says_nothing(houses):
    """A page that is refused before it read anything costs the database nothing."""
    with CaptureQueriesContext(connection) as queries, tenancy.within_a_reading(houses["ruian"]):
        pass
    assert len(queries) == 0
    assert _on_the_session() == ""


def test_a_first_statement_that_fails_leaves_nothing(houses):
    """What it carried is undone with it; the next one carries it again."""
    own = houses["ruian"].pk
    with tenancy.within_a_reading(houses["ruian"]), _as_plain_role():
        with pytest.raises(DatabaseError):
            _asked("SELECT no_such_column FROM people_unit")
        assert _on_the_session() == ""
        assert _asked(SEEN) == [own]
    assert _on_the_session() == ""
    with pytest.raises(ZeroDivisionError), tenancy.within_a_reading(houses["ruian"]):
        _asked(SEEN)
        raise ZeroDivisionError
    assert _on_the_session() == ""


def test_a_transaction_that_is_undone_within_a_reading_takes_nothing_with_it(houses):
    """What is said inside it ends with it, so it is said again after it."""
    own = houses["ruian"].pk
    with tenancy.within_a_reading(houses["ruian"]), _as_plain_role():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert _asked(SEEN) == [own]
            raise ZeroDivisionError
        assert _on_the_session() == ""
        assert _asked(SEEN) == [own]
    assert _on_the_session() == ""


def test_scopes_nest_in_a_reading(houses):
    """Each sees its own, and leaving restores the one before."""
    ruian, gpnu = houses["ruian"], houses["gpnu"]
    with tenancy.within(gpnu):
        with tenancy.within_a_reading(ruian):
            with tenancy.within(gpnu):
                assert {unit.institution_id for unit in Unit.objects.all()} == {gpnu.pk}
                assert _on_the_session() == str(gpnu.pk)
            assert {unit.institution_id for unit in Unit.objects.all()} == {ruian.pk}
            assert _on_the_session() == str(ruian.pk)
        assert _on_the_session() == str(gpnu.pk)
    assert _on_the_session() == ""


def test_a_scope_in_a_transaction_of_a_reading_sees_its_own(houses):
    """Although what a reading says is said again with each statement of a transaction."""
    ruian, gpnu = houses["ruian"], houses["gpnu"]
    with tenancy.within_a_reading(ruian), _as_plain_role(), transaction.atomic():
        with tenancy.within(gpnu):
            assert _asked(SEEN) == [gpnu.pk]
        assert _asked(SEEN) == [ruian.pk]
    assert _on_the_session() == ""


def test_a_scope_within_the_same_says_nothing_more(houses):
    """Acts open one for themselves wherever they are called from."""
    with tenancy.within(houses["ruian"]), CaptureQueriesContext(connection) as queries:
        with tenancy.within(houses["ruian"]):
            assert _on_the_session() == str(houses["ruian"].pk)
        assert _on_the_session() == str(houses["ruian"].pk)
    assert len(queries) == 0


@pytest.mark.requirement("RS2")
@pytest.mark.parametrize("scope", [tenancy.within, tenancy.within_a_reading])
def test_a_connection_that_replaces_a_lost_one_sees_what_the_scope_sees(houses, scope):
    """Whoever goes on after the database was gone sees neither less nor more than before."""
    own = houses["ruian"].pk
    with scope(houses["ruian"]):
        assert {unit.institution_id for unit in Unit.objects.all()} == {own}
        connection.close()
        connection.ensure_connection()
        with _as_plain_role():
            assert _asked(SEEN) == [own]
    assert _on_the_session() == ""


def test_what_crosses_institutions_at_once_is_never_said_to_the_session(houses):
    """Each statement may see all rows, and with it that is over; also within a transaction it does not outlive it."""
    with tenancy.everywhere_at_once("the test counts all"), _as_plain_role():
        assert len(_asked(SEEN)) == 3
        assert _on_the_session() == ""
        assert len(_asked(SEEN)) == 3
        with transaction.atomic():
            assert len(_asked(SEEN)) == 3
        assert _on_the_session() == ""
    assert _on_the_session() == ""
    with pytest.raises(ValueError, match="Say why"), tenancy.everywhere_at_once(""):
        pass


def test_many_at_once_and_a_cursor_of_the_server_are_told_before(houses):
    """They cannot carry anything: what stays is said before them, and what does not is refused."""
    own = houses["ruian"].pk
    with tenancy.within_a_reading(houses["ruian"]), _as_plain_role():
        assert {unit.institution_id for unit in Unit.objects.all().iterator(chunk_size=2)} == {own}
    assert _on_the_session() == ""
    with tenancy.everywhere_at_once("the test asks for many"), pytest.raises(TypeError):
        list(Unit.objects.all().iterator(chunk_size=2))


@pytest.mark.django_db
def test_in_an_older_transaction_it_is_said_and_taken_back():
    """As `within` and `everywhere` do, on either database."""
    ruian = Institution.objects.get(key="ruian")
    with tenancy.within_a_reading(ruian):
        assert {unit.institution_id for unit in Unit.objects.all()} == {ruian.pk}
    with tenancy.everywhere_at_once("the test counts all"):
        assert Unit.objects.values("institution").distinct().count() == 3
    with pytest.raises(ScopeError):
        Unit.objects.count()
    if connection.vendor == "postgresql":
        assert isinstance(connection.connection, psycopg.Connection)
        assert _on_the_session() == ""
