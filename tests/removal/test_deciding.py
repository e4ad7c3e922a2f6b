"""An institution leaves by the word of two people, seven days after the second one (AP8, SE8)."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from guanhao.core.verdicts import Refused, WrongState
from guanhao.exports.files import path_of
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.models import Notice
from guanhao.people.models import Institution, Person
from guanhao.privacy import incidents
from guanhao.process.removing import remove_institutions
from guanhao.publishing import stopping_all
from guanhao.registry.models import Account
from guanhao.removal import actions, checks
from guanhao.removal.models import Removal
from guanhao.removal.types import WAIT
from tests.privacy.conftest import facts
from tests.process.conftest import MONDAY
from tests.removal.conftest import SECRET, WORKER

pytestmark = [pytest.mark.database, pytest.mark.requirement("AP8")]


@pytest.mark.parametrize(
    "who", ["ruian-student", "ruian-editor", "ruian-office-head", "ruian-security", "ruian-audit"]
)
def test_only_the_system_administration_asks(ruian, time, doing, who):
    """Neither the office nor the other two administrations."""
    with pytest.raises(Refused):
        actions.ask(name=ruian.institution.name, reason="x", **doing(who))
    assert not Removal.objects.exists()


@pytest.mark.parametrize(("name", "reason"), [("瑞安学院", "x"), (None, " "), (None, "长" * 301)])
def test_it_takes_the_full_name_and_a_reason(ruian, time, doing, name, reason):
    """Nobody does it in passing."""
    with pytest.raises(Refused):
        actions.ask(name=name or ruian.institution.name, reason=reason, **doing("ruian-system"))


def test_who_runs_the_installation_does_not_leave_it(ruian, time, doing, settings):
    """The others would be left with nobody."""
    settings.RUN_BY = "ruian"
    with pytest.raises(Refused, match="运行这套系统"):
        actions.ask(name=ruian.institution.name, reason="x", **doing("ruian-system"))


@pytest.mark.parametrize("who", ["ruian-security", "ruian-office-head"])
def test_the_second_word_is_the_security_administrators_or_the_head_of_the_offices(asked, doing, follow, who):
    """Everybody but whoever spoke hears it, and the seven days run."""
    actions.confirm(removal=asked, **doing(who))
    assert asked.due_at - asked.confirmed_at == WAIT
    follow()
    rows = Notice.objects.filter(consequence="institution.removal", title_zh__contains="七天后")
    heard = set(rows.values_list("person", flat=True))
    assert heard == set(
        Person.objects.active().exclude(pk=doing(who)["person"].pk).values_list("pk", flat=True)
    )


@pytest.mark.parametrize("who", ["ruian-system", "ruian-editor", "ruian-audit", "ruian-section-head"])
def test_nobody_else_confirms(asked, doing, who):
    """Neither who asked, nor an editor of the office, nor the head of another unit."""
    with pytest.raises(Refused):
        actions.confirm(removal=asked, **doing(who))
    asked.refresh_from_db()
    assert asked.confirmed_at is None


def test_the_database_itself_wants_two(asked, ruian):
    """One person cannot be both, whatever program writes the row."""
    with pytest.raises(DatabaseError), transaction.atomic():
        Removal.objects.filter(pk=asked.pk).update(
            confirmed_by=ruian.people["ruian-system"], confirmed_at=MONDAY, due_at=MONDAY + WAIT
        )


def test_nothing_but_a_removal_that_waited_sets_the_mark(confirmed, ruian):
    """Neither a statement on the institution alone, nor a removal that is begun early or waits an hour."""
    rows = Institution.objects.filter(pk=ruian.institution.pk)
    with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
        rows.update(removed_at=MONDAY)
    begun = {"begun_at": MONDAY, "asked_digest": "a", "confirmed_digest": "b"}
    with pytest.raises(DatabaseError), transaction.atomic():
        Removal.objects.filter(pk=confirmed.pk).update(**begun)
    with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
        hour = timedelta(hours=1)
        Removal.objects.filter(pk=confirmed.pk).update(
            **begun | {"begun_at": MONDAY + hour}, confirmed_at=MONDAY, due_at=MONDAY + hour
        )
        rows.update(removed_at=MONDAY)


@pytest.mark.parametrize("who", ["ruian-system", "ruian-security"])
def test_either_of_the_two_takes_it_back(confirmed, doing, follow, time, who):
    """Then nothing happens when the time is over; and it can be asked for anew."""
    actions.cancel(removal=confirmed, **doing(who))
    time["now"] = MONDAY + WAIT * 2
    remove_institutions(WORKER)
    assert Institution.objects.filter(pk=confirmed.institution_id).exists()
    again = actions.ask(name=confirmed.institution.name, reason="再次", **doing("ruian-system"))
    assert again.pk != confirmed.pk


def test_a_third_person_does_not(confirmed, doing):
    """Nor is it asked for twice."""
    with pytest.raises(Refused):
        actions.cancel(removal=confirmed, **doing("ruian-office-head"))
    with pytest.raises(WrongState):
        actions.ask(name=confirmed.institution.name, reason="再次", **doing("ruian-system"))


def test_before_the_time_is_over_nothing_is_destroyed(confirmed, time):
    """A minute before the seventh day is over."""
    time["now"] = confirmed.due_at - timedelta(minutes=1)
    remove_institutions(WORKER)
    confirmed.refresh_from_db()
    assert confirmed.begun_at is None


def test_what_is_unsettled_stands_against_it(full, doing, time):
    """A push, a report that is owed, a stop of everything from here: each with its sentence, at asking and at the end."""
    stopping = doing("ruian-system")
    incidents.open_incident(facts=facts(full), **doing("ruian-editor"))
    with pytest.raises(Refused, match="安全事件报告"):
        actions.ask(name=full.institution.name, reason="x", **stopping)
    assert any("报告" in one.zh for one in checks.hindrances(full.institution))


def test_what_turned_up_meanwhile_holds_it_up(over, doing, full):
    """It waits until the report was made, and the command says why."""
    incidents.open_incident(facts=facts(full), **doing("ruian-editor"))
    remove_institutions(WORKER)
    over.refresh_from_db()
    assert over.begun_at is None


def test_a_stop_of_everything_imposed_from_here_is_lifted_first(full, doing, settings):
    """Else it would stand for ever, with nobody left to lift it."""
    settings.RUN_BY = "ruian"
    stopping_all.stop_all(reason="演练", **doing("ruian-system"))
    settings.RUN_BY = "gpnu"
    with pytest.raises(Refused, match="全部停发"):
        actions.ask(name=full.institution.name, reason="x", **doing("ruian-system"))


@pytest.mark.requirement("SE8")
def test_the_last_export_is_the_twos_alone_and_its_ledger_proves_itself(confirmed, doing, tmp_path):
    """No draft, no secret, no name; the bundle inside verifies with its own script."""
    for who in ("ruian-system", "ruian-security"):
        job = actions.take(removal=confirmed, **doing(who))
    for who in ("ruian-office-head", "ruian-audit"):
        with pytest.raises(Refused):
            actions.take(removal=confirmed, **doing(who))
    with zipfile.ZipFile(path_of(job)) as archive:
        archive.extractall(tmp_path / "out")
    words = "".join(path.read_text() for path in (tmp_path / "out").glob("*.ndjson"))
    accounts = (tmp_path / "out" / "accounts.ndjson").read_text().splitlines()
    assert {json.loads(line)["name"] for line in accounts} == set(
        Account.objects.values_list("name", flat=True)
    )
    assert SECRET not in words
    assert "方予安" not in words
    with zipfile.ZipFile(tmp_path / "out" / "ledger.zip") as archive:
        archive.extractall(tmp_path / "bundle")
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"],
        cwd=tmp_path / "bundle",
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert Event.objects.filter(action=Action.LEDGER_EXPORTED, subject_kind="removal").count() == 2
