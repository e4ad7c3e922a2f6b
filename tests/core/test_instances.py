"""An instance made of a row's columns is the one Django would have made."""

from __future__ import annotations

import pytest
from django.db.models.signals import post_init

from guanhao.core.instances import is_plain, maker
from guanhao.people.models import Person, Unit


@pytest.fixture
def listening():
    """Somebody listens to every new person in memory."""
    heard = []

    def hear(instance, **_):
        heard.append(instance.pk)

    post_init.connect(hear, sender=Person)
    yield heard
    post_init.disconnect(hear, sender=Person)


def _columns(row):
    return {field.attname: getattr(row, field.attname) for field in Person._meta.concrete_fields}


def _made(row, names):
    return maker(Person, names, "default")([getattr(row, name) for name in names])


def test_it_has_the_columns_and_counts_as_stored(ruian):
    """Equal to the row read by Django, with relations that can be followed, and saved as a change."""
    stored = Person.objects.get(pk=ruian.people["ruian-editor"].pk)
    made = _made(stored, [field.attname for field in Person._meta.concrete_fields])
    assert (made, _columns(made)) == (stored, _columns(stored))
    assert (made._state.adding, made._state.db) == (False, "default")
    assert made.institution == ruian.institution
    made.name = "改了名"
    made.save(update_fields=["name"])
    assert Person.objects.get(pk=stored.pk).name == "改了名"


def test_columns_that_were_not_read_are_read_when_they_are_wanted(ruian):
    """As with `only` and `defer`."""
    stored = ruian.people["ruian-editor"]
    made = _made(stored, ["id", "institution_id"])
    assert made.get_deferred_fields() >= {"name", "email"}
    assert made.name == stored.name


def test_whoever_listens_to_new_instances_still_hears(ruian, listening):
    """Then they are made Django's way."""
    assert is_plain(Unit)
    assert not is_plain(Person)
    person = ruian.people["ruian-editor"]
    made = _made(person, [field.attname for field in Person._meta.concrete_fields])
    assert listening == [made.pk]
