"""A row saved by its kept statement is the row Django would have saved."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from guanhao.core import clock, rows
from guanhao.people.models import Person, Unit


def _person(ruian, **changes):
    return Person(institution=ruian.institution, name="新来的", created_at=clock.now(), **changes)


def test_a_new_row_gets_its_key_and_reads_back_the_same(ruian):
    """Every column, defaults included."""
    person = _person(ruian, staff_no="N1")
    person.save()
    stored = Person.objects.get(pk=person.pk)
    mine = {field.attname: getattr(person, field.attname) for field in Person._meta.concrete_fields}
    assert mine == {field.attname: getattr(stored, field.attname) for field in Person._meta.concrete_fields}
    assert not person._state.adding


def test_only_the_named_fields_are_written(ruian):
    """Another's change of another field survives; a relation may be named by its name."""
    person = ruian.people["ruian-editor"]
    Person.objects.filter(pk=person.pk).update(phone="13800000000")
    person.name = "改了名"
    person.save(update_fields=["name"])
    stored = Person.objects.get(pk=person.pk)
    assert (stored.name, stored.phone) == ("改了名", "13800000000")
    below, above = ruian.units["办公室"], Unit.objects.exclude(pk=ruian.units["办公室"].pk).first()
    below.parent = above
    below.save(update_fields=["parent"])
    assert Unit.objects.get(pk=below.pk).parent_id == above.pk


def test_a_row_that_is_gone_is_not_saved_quietly(ruian):
    """Named fields of a row that is gone are a fault, as Django has it."""
    person = _person(ruian)
    person.save()
    Person.objects.filter(pk=person.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        person.save(update_fields=["name"])


def test_names_of_no_field_are_refused(ruian):
    """A misspelt name must not be dropped silently."""
    with pytest.raises(ValueError, match="nonsense"):
        ruian.people["ruian-editor"].save(update_fields=["name", "nonsense"])


def test_constraints_hold_and_an_unsaved_relation_is_refused(ruian):
    """The database says no, and so does Django about a relation without a key."""
    unit = Unit(institution=ruian.institution, name="甲", kind="section", parent=Unit(name="乙"))
    with pytest.raises(ValueError, match="unsaved related object"):
        unit.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit(institution=ruian.institution, name=None, kind="section").save()


def test_what_the_database_works_out_goes_djangos_way(ruian):
    """An expression is not a value to be stored."""
    unit = ruian.units["办公室"]
    before, unit.position = unit.position, F("position") + 1
    assert not rows.save(unit, {"update_fields": ["position"]})
    unit.save(update_fields=["position"])
    assert Unit.objects.get(pk=unit.pk).position == before + 1


def test_a_conditional_change_happens_only_where_the_row_still_is_so(ruian):
    """And says whether it happened; the object in hand stays as it was."""
    person = ruian.people["ruian-editor"]
    assert rows.change(person, {"name": "改了名"}, only_where={"name": person.name})
    assert not rows.change(person, {"name": "又改了"}, only_where={"name": person.name})
    assert Person.objects.get(pk=person.pk).name == "改了名" != person.name
