"""What is left of an institution that was removed: a log, a tombstone, and the others as they were (SE8)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.db import DatabaseError, connection, transaction

from guanhao.core import faults, tenancy
from guanhao.core.tenancy import Scoped
from guanhao.core.verdicts import Refused
from guanhao.ledger import keys
from guanhao.ledger.entries import commitment
from guanhao.ledger.models import Checkpoint, Event
from guanhao.ledger.types import Action
from guanhao.ledger.verify import verify
from guanhao.people import actions as people
from guanhao.people.models import Institution, Person, User
from guanhao.process.drawing import draw_consequences
from guanhao.process.periodic import JOBS
from guanhao.process.removing import remove_institutions
from guanhao.registry.models import Secret
from guanhao.regulation.models import RulebookVersion
from guanhao.removal import destroying, register
from guanhao.removal.models import Removal
from tests.removal.conftest import SECRET, SETUP, WORKER

pytestmark = [pytest.mark.database, pytest.mark.requirement("SE8")]


class Died(Exception):  # noqa: N818 - states the fact.
    """The process ended here."""


def counts(key):
    """How many rows of an institution each table has."""
    institution = Institution.ever.get(key=key)
    with tenancy.everywhere("test"):
        return {
            model._meta.label: model._base_manager.filter(institution_id=institution.pk).count()
            for model in apps.get_models(include_auto_created=True)
            if issubclass(model, Scoped)
        }


def left(key):
    """The tables that still have rows of an institution."""
    return {label for label, number in counts(key).items() if number}


KEPT = {
    "ledger.Checkpoint",
    "ledger.Event",
    "ledger.EventDetail",
    "ledger.LogHead",
    "ledger.Node",
    "removal.Removal",
}


def test_everything_of_it_is_gone_and_nothing_of_the_others(over, full):
    """Rows, files, sign-ins, secrets; the other two institutions keep every row."""
    others = {key: counts(key) for key in ("gpnu", "xartvu")}
    names = {person.user.username for person in Person.objects.filter(user__isnull=False)}
    media = Path(configured.MEDIA_ROOT) / str(full.institution.pk)
    assert any(media.rglob("*"))
    remove_institutions(WORKER)
    assert left("ruian") <= KEPT
    assert not media.exists()
    assert not (Path(configured.EXPORT_ROOT) / str(full.institution.pk)).exists()
    assert not User.objects.filter(username__in=names).exists()
    assert {key: counts(key) for key in others} == others
    assert not Institution.objects.filter(key="ruian").exists()


def test_the_tombstone_says_when_and_proves_who_without_naming_anybody(over, ruian):
    """Whoever knows the name can show that it was that person."""
    asker = ruian.people["ruian-system"]
    remove_institutions(WORKER)
    row = Removal.objects.get(pk=over.pk)
    assert row.done_at is not None
    assert (row.asked_by, row.confirmed_by, row.reason) == (None, None, "")
    told = {"name": asker.name, "staff_no": asker.staff_no, "key": asker.pk}
    assert commitment(bytes(row.salt), told) == row.asked_digest
    assert row.confirmed_digest not in {"", row.asked_digest}
    assert row.destroyed["rows"] > 50
    assert row.destroyed["sign_ins"] > 10


def test_the_log_stays_with_its_last_checkpoint_outside_and_verifies(over, ruian):
    """And the worker's other work does not touch it any more."""
    remove_institutions(WORKER)
    institution = Institution.ever.get(key="ruian")
    with tenancy.within(institution):
        last = Event.objects.order_by("index").last()
        assert last.action == Action.INSTITUTION_REMOVED
        checkpoint = Checkpoint.objects.first()
        assert (checkpoint.size, checkpoint.channels) == (last.index + 1, ["file"])
        assert verify(institution, key=keys.public_key()).good
    for job in JOBS:
        job.run(WORKER)
    while draw_consequences(WORKER):
        pass
    with tenancy.within(institution):
        assert Event.objects.order_by("index").last() == last
    assert left("ruian") <= KEPT


def test_a_person_of_two_institutions_keeps_the_sign_in(over, ruian, everywhere):
    """Only the sign-ins of nobody else go."""
    user = ruian.people["ruian-teacher"].user
    other = Institution.objects.get(key="gpnu")
    with tenancy.within(other):
        double = people.add_person(actor=SETUP, institution=other, name="钱若谷", kind="staff", staff_no="X1")
        Person.objects.filter(pk=double.pk).update(user=user)
    remove_institutions(WORKER)
    assert User.objects.filter(pk=user.pk).exists()
    assert everywhere(lambda: Person.objects.get(pk=double.pk)).user_id == user.pk


@pytest.mark.parametrize(
    "place",
    [
        "removal_begun",
        "removal_secrets",
        "removal_sign_in",
        "removal_files",
        "removal_rows",
        "removal_rows:9",
    ],
)
def test_ended_anywhere_it_goes_on_and_the_secrets_went_first(over, ruian, place):
    """Begun, it is closed to everybody; run again, it comes to its end."""
    wanted, _, nth = place.partition(":")
    seen = []

    def die(name):
        seen.append(name)
        if seen.count(wanted) == int(nth or 1):
            raise Died

    with faults.handler(die), pytest.raises(Died):
        remove_institutions(WORKER)
    assert not Institution.objects.filter(key="ruian").exists()
    if wanted != "removal_begun":
        assert not Secret._base_manager.filter(institution=ruian.institution).exclude(sealed=b"").exists()
    remove_institutions(WORKER)
    assert left("ruian") <= KEPT
    with tenancy.within(ruian.institution):
        (event,) = Event.objects.filter(action=Action.INSTITUTION_REMOVED)
        assert event.facts == Removal.objects.get(pk=over.pk).destroyed
        assert event.facts["sign_ins"] > 10  # those of the run that died included


def test_no_secret_is_left_in_the_database_file(over, tmp_path):
    """Emptied rows are written over: neither the sealed text nor the wrapped data key can be dug out."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL frees the room at its next VACUUM (docs/custody.md).")
    sealed = bytes(Secret.objects.exclude(sealed=b"").first().sealed)
    wrapped = json.loads(sealed)["wrapped"].encode()
    remove_institutions(WORKER)
    with tenancy.everywhere("test"):
        assert not Secret._base_manager.filter(sealed=sealed).exists()
        assert wrapped not in b"".join(bytes(row.sealed) for row in Secret._base_manager.all())
    assert SECRET.encode() not in sealed


def test_what_never_changes_goes_only_with_its_institution(over, ruian):
    """Before, the database refuses; a foreign institution's rows it refuses still afterwards."""
    key = RulebookVersion.objects.first().pk
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        statement("DELETE FROM regulation_rulebookversion WHERE id = %s", key)
    remove_institutions(WORKER)
    with tenancy.everywhere("test"):
        foreign = RulebookVersion.objects.filter(institution__key="gpnu").first().pk
        for change in ("DELETE FROM", "UPDATE"):
            text = f"{change} regulation_rulebookversion {'SET key = key' if change == 'UPDATE' else ''} WHERE id = %s"
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                statement(text, foreign)


def statement(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def test_it_never_comes_back_and_its_key_is_not_given_again(over, ruian):
    """A second log under the same name would be a fork of what is kept outside."""
    remove_institutions(WORKER)
    with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
        Institution.ever.filter(key="ruian").update(removed_at=None)
    with pytest.raises(Refused):
        people.found_institution(actor=SETUP, key="ruian", name="another")


def test_while_a_table_is_unforeseen_nothing_is_destroyed(over, monkeypatch):
    """Better late than half."""
    monkeypatch.setattr(register, "_ELSEWHERE", {})
    with pytest.raises(register.Unforeseen):
        remove_institutions(WORKER)
    over.refresh_from_db()
    assert over.begun_at is None


def test_without_the_last_export_it_is_not_begun(over, time):
    """The two must have been able to take it."""
    Removal.objects.filter(pk=over.pk).update(made_at=None)
    remove_institutions(WORKER)
    over.refresh_from_db()
    assert over.begun_at is None
    assert destroying.due() == [over]
