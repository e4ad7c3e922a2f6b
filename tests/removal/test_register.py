"""No table is forgotten when an institution is removed (SE8)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from guanhao.core.tenancy import Scoped
from guanhao.removal import register
from guanhao.removal.types import Fate

pytestmark = pytest.mark.requirement("SE8")
MODELS = register.all_models()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_of_every_table_it_is_said_what_becomes_of_it(model):
    """A new one that is no institution's own fails here."""
    assert register.fate_of(model) in Fate


def test_nothing_is_listed_that_does_not_exist():
    """And what is listed as elsewhere holds no institution's rows."""
    labels = {model._meta.label: model for model in MODELS}
    assert register.listed() - labels.keys() == set()
    for label, model in labels.items():
        if register.fate_of(model) in {Fate.SIGN_IN, Fate.SHARED}:
            assert not issubclass(model, Scoped), label


def test_a_table_nobody_thought_of_stops_the_removal():
    """Rows of an institution are destroyed unasked; anything else has to be decided."""

    class Own(Scoped):
        class Meta:
            app_label = "removal"
            managed = False

    class Strange(models.Model):
        class Meta:
            app_label = "removal"
            managed = False

    try:
        assert register.fate_of(Own) is Fate.DESTROYED
        with pytest.raises(register.Unforeseen, match=r"removal\.Strange"):
            register.fate_of(Strange)
    finally:
        for name in ("own", "strange"):
            apps.all_models["removal"].pop(name)
        apps.clear_cache()


def test_whatever_points_at_a_row_goes_before_it():
    """Each model is in one group, and the group of what it points at comes later or is its own."""
    groups = register.groups()
    place = {model: number for number, group in enumerate(groups) for model in group}
    assert len(place) == sum(map(len, groups))
    assert set(place) == {model for model in MODELS if register.fate_of(model) is Fate.DESTROYED}
    for model, number in place.items():
        for field in model._meta.local_concrete_fields:
            target = field.related_model
            if target in place:
                assert place[target] >= number, (model, target)
                assert place[target] > number or register.is_tied(groups[number]), (model, target)


def test_everything_sealed_is_among_what_is_emptied_first():
    """Whatever field is called sealed anywhere."""
    named = {
        model for model in MODELS if "sealed" in {field.name for field in model._meta.local_concrete_fields}
    }
    assert set(register.sealed_models()) == named
    assert len(named) >= 4
