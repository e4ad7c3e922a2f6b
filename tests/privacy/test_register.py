"""The register of personal data (PD1): complete against all models, true to them, and what pages and docs say is it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from guanhao.people.models import Person, User
from guanhao.privacy.impersonal import IMPERSONAL
from guanhao.privacy.register import REGISTER, lines, registered

pytestmark = pytest.mark.requirement("PD1")
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "privacy.md"
# What by its type cannot name anybody. Anything else has to be decided, kinds of field that come later too.
NAMES_NOBODY = (
    models.AutoField, models.BooleanField, models.DateField, models.DurationField, models.FloatField,
    models.IntegerField,
)  # fmt: skip
MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def deciding(model):
    """The fields of a model of which somebody has to say whether they hold personal data."""
    for field in model._meta.local_concrete_fields:
        if field.is_relation:
            if field.related_model in (Person, User):
                yield field
        elif not field.choices and not field.primary_key and not isinstance(field, NAMES_NOBODY):
            yield field


@pytest.mark.parametrize("label", sorted(MODELS))
def test_every_field_that_may_name_somebody_is_registered_or_declared_impersonal(label):
    """A new field fails here until somebody has said what it is."""
    decided = registered().get(label, set()) | set(IMPERSONAL.get(label, ()))
    assert {field.name for field in deciding(MODELS[label])} - decided == set()


def test_the_register_names_no_field_that_does_not_exist():
    """Neither in its places, nor among own and withheld, nor among what is impersonal; nothing is both."""
    for label, fields in [*registered().items(), *IMPERSONAL.items()]:
        known = {field.name for field in MODELS[label]._meta.local_concrete_fields}
        assert set(fields) - known == set(), label
    for held in REGISTER:
        for name in held.own | held.withheld:
            label, _, field = name.rpartition(".")
            assert field in held.places[label] or field == "id", name
    assert {label for label in IMPERSONAL if set(IMPERSONAL[label]) & registered().get(label, set())} == set()


def test_a_field_that_nobody_decided_about_would_be_found():
    """The walk sees a new field of words, of a file, of an address, and a link to a person."""

    class Newcomer(models.Model):
        words = models.TextField()
        scan = models.FileField()
        seat = models.GenericIPAddressField()
        whose = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
        number = models.IntegerField()

        class Meta:
            app_label = "privacy"
            managed = False

    try:
        assert {field.name for field in deciding(Newcomer)} == {"words", "scan", "seat", "whose"}
    finally:
        apps.all_models["privacy"].pop("newcomer")
        apps.clear_cache()


@pytest.mark.parametrize("held", REGISTER, ids=lambda held: held.key)
def test_every_kind_says_everything_in_both_languages(held):
    """Purpose, basis, period and recipients are there; the basis is a law or an article."""
    for text in (held.what, held.purpose, held.basis, held.period, held.recipients):
        assert text.zh
        assert text.en
    assert "第" in held.basis.zh
    assert "条" in held.basis.zh


@pytest.mark.requirement("PD4")
def test_recipients_are_the_few_that_calls_really_go_to():
    """Weibo gets the address for one call and nothing else names it as recipient of an address; the docs hold the table."""
    address = [held for held in REGISTER if "operator_address" in str(dict(held.places))]
    assert [held.recipients.en for held in address] == ["Weibo: for that call only"]
    page = PAGE.read_text(encoding="utf-8")
    table = page.partition("<!-- register -->\n")[2].partition("<!-- end -->")[0]
    assert table == "\n".join(lines()) + "\n", "run tools/personal_data.py"
