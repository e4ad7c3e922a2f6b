"""How long the ledger is kept is changed by two people, never below six months, and the job keeps to it (LG8, AP8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from guanhao.core import clock, tenancy
from guanhao.core.verdicts import Refused, WrongState
from guanhao.duties.rebuilding import rebuild
from guanhao.exports import steps
from guanhao.ledger import checkpoints, keys
from guanhao.ledger.models import Event, Retention
from guanhao.ledger.pruning import horizon, months_of
from guanhao.ledger.types import Action
from guanhao.ledger.verify import verify
from guanhao.people.models import Institution
from guanhao.process.periodic import JOBS
from guanhao.process.removing import remove_institutions
from guanhao.process.retaining import keep_retention
from guanhao.removal import actions as removals
from guanhao.removal.types import WAIT
from guanhao.retention import actions
from guanhao.retention.models import PeriodChange
from guanhao.steps.types import Worker
from tests.ledger.tampering import rebuild as build_anew
from tests.ledger.tampering import rewrite, sql, tell
from tests.process.conftest import told_people

pytestmark = [pytest.mark.database, pytest.mark.requirement("LG8")]
WORKER = Worker("test/retention")
NINE_MONTHS_AGO = datetime(2026, 2, 20, tzinfo=UTC)


@pytest.fixture
def asked(ruian, time, doing):
    """The auditor asks for a year."""
    return actions.ask(months=12, reason="存储空间不足", **doing("ruian-audit"))


@pytest.mark.requirement("AP8")
@pytest.mark.parametrize("who", ["ruian-security", "ruian-office-head"])
def test_the_second_person_puts_it_in_force(asked, ruian, doing, follow, who):
    """Three years until then; whoever could agree was asked."""
    assert months_of(ruian.institution) == 36
    follow()
    assert told_people(ruian, "retention.period") == {"ruian-security", "ruian-office-head"}
    actions.agree(change=asked, **doing(who))
    assert months_of(ruian.institution) == 12
    (event,) = Event.objects.filter(action=Action.RETENTION_AGREED)
    assert event.facts == {"months": 12}


@pytest.mark.requirement("AP8")
@pytest.mark.parametrize("who", ["ruian-audit", "ruian-system", "ruian-editor", "ruian-student"])
def test_nobody_else_agrees(asked, ruian, doing, who):
    """Neither who asked, nor the other one who may ask, nor an editor."""
    with pytest.raises(Refused):
        actions.agree(change=asked, **doing(who))
    assert months_of(ruian.institution) == 36


@pytest.mark.parametrize("who", ["ruian-security", "ruian-editor", "ruian-office-head", "ruian-student"])
def test_only_system_and_audit_administration_ask(ruian, time, doing, who):
    """The others do not."""
    with pytest.raises(Refused):
        actions.ask(months=12, reason="x", **doing(who))


@pytest.mark.parametrize(("months", "reason"), [(5, "x"), (0, "x"), (1201, "x"), (12, " "), (36, "x")])
def test_less_than_six_months_is_never_asked_for(ruian, time, doing, months, reason):
    """Nor what is in force already, nor without a reason."""
    with pytest.raises(Refused):
        actions.ask(months=months, reason=reason, **doing("ruian-audit"))


@pytest.mark.parametrize("who", ["ruian-audit", "ruian-security"])
def test_taken_back_or_declined_it_is_over(asked, doing, who):
    """One at a time; then another can be asked for."""
    with pytest.raises(WrongState):
        actions.ask(months=24, reason="x", **doing("ruian-system"))
    actions.drop(change=asked, **doing(who))
    with pytest.raises(WrongState):
        actions.agree(change=asked, **doing("ruian-office-head"))
    assert actions.ask(months=24, reason="x", **doing("ruian-system")).months == 24


@pytest.mark.requirement("AP8")
def test_the_database_itself_wants_two_and_six_months(asked, ruian, doing):
    """Whatever program writes the rows: one person, five months, a period nobody agreed on, one that was agreed before."""
    auditor, now = ruian.people["ruian-audit"], clock.now()
    rows = PeriodChange.objects.filter(pk=asked.pk)
    for change in (
        lambda: rows.update(agreed_by=auditor, agreed_at=now),
        lambda: rows.update(months=5),
        lambda: Retention.objects.create(institution=ruian.institution, months=12, since=now),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    actions.agree(change=asked, **doing("ruian-security"))
    second = actions.ask(months=24, reason="x", **doing("ruian-system"))
    actions.agree(change=second, **doing("ruian-security"))
    for months in (6, 12, 36):
        with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
            Retention.objects.update(months=months)
    with pytest.raises(DatabaseError), transaction.atomic():
        Retention.objects.all().delete()


def test_the_job_keeps_to_each_institutions_own_period(ruian, doing, settings):
    """Nine months old: gone where six are kept, there where three years are; the log verifies."""
    keys.create_if_missing()
    other = Institution.objects.get(key="gpnu")
    school = old_log("six", NINE_MONTHS_AGO)
    neighbour = old_log("usual", NINE_MONTHS_AGO)
    with tenancy.within(school):
        agreed(school, 6, ruian)
    keep_retention(WORKER)
    with tenancy.within(school):
        assert horizon(school) == 7
        assert verify(school, key=keys.public_key()).good
    for one in (neighbour, other):
        with tenancy.within(one):
            assert horizon(one) == 0


def old_log(key, instant):
    institution = Institution.objects.create(key=key, name=key, created_at=instant)
    with clock.frozen(instant), tenancy.within(institution):
        tell(institution, 7)
        checkpoints.make(institution)
    return institution


def agreed(institution, months, ruian):
    """A period that two people agreed on."""
    one, two = ruian.people["ruian-audit"], ruian.people["ruian-security"]
    with tenancy.everywhere("test"):
        PeriodChange.objects.create(
            institution=institution, months=months, reason="x", asked_by=one, asked_at=clock.now(),
            agreed_by=two, agreed_at=clock.now(),
        )  # fmt: skip
        Retention.objects.create(institution=institution, months=months, since=clock.now())


def test_duties_are_not_made_again_from_half_a_log(ruian):
    """They would be fewer afterwards than before."""
    keys.create_if_missing()
    school = old_log("half", datetime(2020, 1, 1, tzinfo=UTC))
    keep_retention(WORKER)
    with tenancy.within(school), pytest.raises(Refused, match="不能再从台账重建"):
        rebuild(school)


@pytest.mark.requirement("SE8")
def test_the_log_of_an_institution_that_left_goes_when_its_time_is_over(ruian, doing, settings, tmp_path):
    """All of it but its leaf hashes and the record of the removal; it verifies, and nothing is added ever after."""
    settings.EXPORT_ROOT, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "media"
    keys.create_if_missing()
    with clock.frozen(clock.now() - WAIT - timedelta(hours=1)):
        row = removals.ask(name=ruian.institution.name, reason="x", **doing("ruian-system"))
        removals.confirm(removal=row, **doing("ruian-security"))
        steps.export_one(WORKER)
    remove_institutions(WORKER)
    keep_retention(WORKER)
    assert horizon(ruian.institution) == 0
    size = Event.objects.order_by("index").last().index + 1
    age(ruian.institution)
    keep_retention(WORKER)
    keep_retention(WORKER)
    (left,) = Event.objects.all()
    assert (left.action, left.facts["below"]) == (Action.LEDGER_PRUNED, size)


def age(institution):
    """Four years pass: entries and triggers cannot be moved in time, so the entries are rewritten as of then."""
    then = datetime(2022, 1, 1, tzinfo=UTC)
    for event in Event.objects.order_by("index"):
        rewrite(event, at=then)
    build_anew(institution)
    sql("DELETE FROM ledger_checkpoint WHERE institution_id = %s", institution.pk)
    checkpoints.make(institution)


def test_periodic_work_runs_the_job():
    """It is in the table of what time alone brings about."""
    assert keep_retention in [job.run for job in JOBS]
