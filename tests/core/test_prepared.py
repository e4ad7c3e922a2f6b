"""A prepared read answers what the queryset it was built from answers, asks the database every time, and keeps no moment."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django_scopes.exceptions import ScopeError

import guanhao
from guanhao.core import clock, prepared, tenancy
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Appointment, Institution, Person

# An instant no rule and no fixture knows, so that a read which kept it shows it.
MARKED = datetime(1987, 6, 5, 4, 3, 2, tzinfo=UTC)

by_name = Prepared(lambda: Person.objects.filter(name=given("name")).order_by("pk"))
among = Prepared(lambda: Person.objects.filter(pk__in=given("keys", many=True)).order_by("pk"))
held = Prepared(
    lambda: (
        Appointment.objects.filter(since__lte=given("day")).select_related("person", "unit").order_by("pk")
    )
)
names = Prepared(lambda: Person.objects.filter(created_at__lte=given("at")).order_by("pk").values_list("name", flat=True))  # fmt: skip
locking = Prepared(lambda: Person.objects.select_for_update().filter(pk=given("key")))


def test_it_answers_what_the_queryset_answers(ruian):
    """Rows, relations, dates, instants and lists of keys."""
    someone = ruian.people["ruian-editor"]
    assert by_name.all(name=someone.name) == list(Person.objects.filter(name=someone.name).order_by("pk"))
    keys = [person.pk for person in ruian.people.values()][:3]
    assert among.all(keys=keys) == list(Person.objects.filter(pk__in=keys).order_by("pk"))
    assert among.all(keys=[]) == []
    today = clock.today()
    assert held.all(day=today) == list(Appointment.objects.filter(since__lte=today).order_by("pk"))
    assert held.all(day=date(1970, 1, 1)) == []
    everybody = list(Person.objects.order_by("pk").values_list("name", flat=True))
    assert names.all(at=clock.now()) == everybody


def test_relations_come_with_the_rows(ruian, django_assert_num_queries):
    """One statement, however often a relation is followed."""
    with django_assert_num_queries(1):
        assert all(row.person.name and row.unit.name for row in held.all(day=clock.today()))


def test_it_asks_the_database_every_time(ruian):
    """Nothing that was read is kept; only the statement is."""
    someone = ruian.people["ruian-editor"]
    assert by_name.all(name="改了名") == []
    Person.objects.filter(pk=someone.pk).update(name="改了名")
    assert by_name.one(name="改了名").pk == someone.pk


@pytest.mark.requirement("TN3")
def test_without_a_scope_it_raises_and_another_institution_stays_out_of_sight(ruian):
    """The same rules as for any other read."""
    someone = ruian.people["ruian-editor"]
    other = Institution.objects.create(key="elsewhere", name="别处", created_at=clock.now())
    with tenancy.within(other):
        assert by_name.all(name=someone.name) == []
    with tenancy.everywhere("the test looks from outside"):
        assert by_name.first(name=someone.name) == someone
    with tenancy.within(ruian.institution):
        assert by_name.first(name=someone.name) == someone


@pytest.mark.django_db
def test_no_scope_at_all_is_refused():
    """A forgotten scope is a fault, not an empty answer."""
    with pytest.raises(ScopeError):
        by_name.all(name="x")


def test_a_value_that_is_not_given_is_a_fault(ruian):
    """Rather than a read of everything."""
    with pytest.raises(KeyError):
        by_name.all()
    with pytest.raises(ObjectDoesNotExist):
        by_name.one(name="没有这个人")


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction(ruian):
    """As Django has it; on PostgreSQL the statement then locks."""
    key = ruian.people["ruian-editor"].pk
    with tenancy.within(ruian.institution):
        with pytest.raises(TransactionManagementError):
            locking.all(key=key)
        with transaction.atomic():
            assert locking.one(key=key).pk == key
    text = locking.assembled(scoped=True).sql
    assert ("FOR UPDATE" in text) == connection.features.has_select_for_update


def test_no_read_of_the_product_keeps_the_moment_it_was_assembled(ruian):
    """The day and the hour come through `given`; a read that kept them would go stale overnight."""
    root = Path(guanhao.__file__).parent
    for file in root.rglob("*.py"):
        if "Prepared(" in file.read_text(encoding="utf-8"):
            importlib.import_module(".".join(("guanhao", *file.relative_to(root).with_suffix("").parts)))
    assert prepared.KNOWN
    with clock.frozen(MARKED):
        assert [read for read in prepared.KNOWN if _keeps_the_moment(read)] == []


def _keeps_the_moment(read):
    """Among its values, or written out in its statement (PostgreSQL)."""
    plan = read.assembled(scoped=True)
    return "1987-06-05" in plan.sql or any(str(param).startswith("1987-06-05") for param in plan.params)


def test_a_read_that_keeps_the_moment_would_be_found(ruian):
    """The check above can fail."""
    with clock.frozen(MARKED):
        careless = Prepared(Appointment.objects.on)
        prepared.KNOWN.remove(careless)
        assert _keeps_the_moment(careless)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL keeps statements.")
def test_the_server_keeps_what_is_asked_often(ruian):
    """Parsed and planned once a connection; what a call gives is bound, what the statement says itself is written out."""
    key = ruian.people["ruian-editor"].pk
    named = Prepared(
        lambda: Person.objects.filter(pk=given("key"), name__contains="100%%s").values_list("pk")
    )
    prepared.KNOWN.remove(named)
    with tenancy.within(ruian.institution):
        for _ in range(4):
            assert named.all(key=key) == []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%%people_person%%'"
            )
            assert any("$1" in said and "100" in said for (said,) in cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only psycopg counts statements.")
@pytest.mark.requirement("RS6")
def test_what_django_says_is_not_remembered_with_its_values(ruian):
    """Its cursor writes values out: each text that was ever saved would stay in the process as a statement."""
    person = ruian.people["ruian-editor"]
    kept = Prepared(lambda: Person.objects.filter(pk=given("key")).values_list("pk", flat=True))
    prepared.KNOWN.remove(kept)
    with tenancy.within(ruian.institution):
        for number in range(4):
            Person.objects.filter(pk=person.pk).update(name=f"此名不留{number}")
            assert kept.all(key=person.pk) == [person.pk]
    known = connection.connection._prepared
    remembered = [statement.decode() for statement, _ in (*known._counts, *known._names)]
    assert any("people_person" in statement for statement in remembered)
    assert not any("此名不留" in statement for statement in remembered)


def test_every_read_can_be_assembled_ahead(db, django_assert_num_queries):
    """A process that must be punctual assembles them all before its time, and asks the database nothing for it."""
    fresh = Prepared(lambda: Person.objects.filter(name=given("name")))
    with django_assert_num_queries(0):
        prepared.assemble_all()
    assert len(fresh._plans) == 2
