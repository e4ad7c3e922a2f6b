"""Withdrawing a consent (PD2, PIPL 15, 47): before publication the gate holds; afterwards it is a task until it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guanhao.contents.models import Article
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.privacy import consenting, copying, erasing, retracting
from guanhao.privacy.erasing import NOBODY
from guanhao.privacy.models import Portrayal, PublicationConsent
from guanhao.privacy.register import REGISTER
from guanhao.privacy.scope import Scope
from guanhao.privacy.types import Agreed, Shown
from guanhao.process import periodic
from guanhao.process.steps import ALL_STEPS
from guanhao.publishing import answering, checks, withdrawing
from guanhao.publishing.checks import Barrier
from guanhao.publishing.models import PublishJob, Withdrawal
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.process.conftest import ME, told, told_people
from tests.publishing.test_asking import LINK
from tests.publishing.world import DUE, World

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD2")]


@pytest.fixture
def world(ruian, time):
    """The cast with articles that the office approves."""
    return World(ruian, None)


@pytest.fixture
def job(ruian, world, time, doing):
    """A push by hand whose time has come, of an article that shows 学生科's editor with her consent."""
    revision = world.approved()
    section = ruian.people["ruian-section"]
    shown = Shown(name="", uses=("photo",), person=section.pk)
    asked = consenting.show(
        article=revision.article, shown=shown, agreed=Agreed(how="self"), **doing("ruian-student")
    )[0]
    consenting.answer(consent=asked, yes=True, **doing("ruian-section"))
    planned = world.planned(revision, channel="by_hand")
    time["now"] = DUE
    until_idle(ALL_STEPS, Worker("test/consents-0"))
    planned.refresh_from_db()
    return planned


@pytest.fixture
def consent(job):
    """Hers."""
    return PublicationConsent.objects.get()


@pytest.fixture
def report(job, doing):
    """The editor says that it was published by hand."""

    def reported():
        answering.report_by_hand(job=PublishJob.objects.get(pk=job.pk), links=[LINK], **doing("ruian-editor"))

    return reported


def test_a_push_whose_consent_was_withdrawn_is_held_until_there_is_another(job, consent, doing, report):
    """The gate says who; nothing is cancelled, no task arises, and with another consent the way is free."""
    assert checks.gate(job, by_hand=True)
    retracting.withdraw(consent=consent, reason="不想出现", **doing("ruian-section"))
    gate = checks.gate(job, by_hand=True)
    assert (gate.barrier, "已撤回同意" in gate.denied.reason.zh) == (Barrier.HOLD, True)
    assert "技能月开幕" in gate.denied.reason.zh
    with pytest.raises(Refused, match="已撤回同意"):
        report()
    assert not Portrayal.objects.tasks().exists()
    agreed = Agreed(how="verbal", note="电话中重新同意")
    consenting.give(consent=consent, agreed=agreed, **doing("ruian-editor"))
    report()
    job.refresh_from_db()
    assert job.state == "published"


def test_what_is_out_becomes_a_task_and_whoever_acts_hears(ruian, job, consent, doing, report, follow):
    """The office, who runs the account and the contributor; the words stay out of the leaf; overdue it is told once more."""
    report()
    retracting.withdraw(consent=consent, reason="不想出现", **doing("ruian-section"))
    task = Portrayal.objects.tasks().get()
    assert task.due_at == DUE + timedelta(days=3)
    event = Event.objects.select_related("detail").get(action=Action.CONSENT_WITHDRAWN)
    assert event.facts["tasks"] == [task.pk]
    assert "不想出现" not in str(event.facts)
    assert event.detail.data["detail"]["reason"] == "不想出现"
    follow()
    people = told_people(ruian, "consent.told")
    assert people >= {"ruian-editor", "ruian-office-head", "ruian-student"}
    assert "ruian-section" not in people


def test_an_open_task_is_called_late_once(ruian, job, consent, doing, report, follow, time):
    """After three days."""
    report()
    retracting.withdraw(consent=consent, **doing("ruian-section"))
    for days, said in ((2, 0), (3, 1), (4, 1)):
        time["now"] = DUE + timedelta(days=days)
        periodic.keep_requests(ME)
        follow()
        late = [title for _name, title in told(ruian, "ruian-office-head") if "超过三天未处置" in title]
        assert len(late) == said, days


def test_taking_it_down_settles_the_task_by_itself(job, consent, doing, report, follow):
    """The withdrawal of the publication is the existing one, with its two people on a flagship account."""
    report()
    retracting.withdraw(consent=consent, **doing("ruian-section"))
    job.refresh_from_db()
    order = withdrawing.ask_withdrawal(job=job, item=None, reason="撤回同意", **doing("ruian-editor"))
    withdrawing.agree(order=order, **doing("ruian-office-head"))
    Withdrawal.objects.filter(pk=order.pk).update(state="by_hand")
    order.refresh_from_db()
    withdrawing.confirm_gone(order=order, note="链接打不开了", **doing("ruian-office-head"))
    follow()
    settled = Portrayal.objects.get()
    assert (settled.settled_how, settled.settled_by.name) == ("removed", "陈砚秋")
    assert Event.objects.filter(action=Action.CONSENT_TASK_SETTLED).count() == 1


def test_blurring_or_keeping_needs_words_and_somebody_who_answers_for_it(job, consent, doing, report):
    """Once."""
    report()
    retracting.withdraw(consent=consent, **doing("ruian-section"))
    task = Portrayal.objects.get()
    for who, words in (("ruian-student", "已打码"), ("ruian-editor", " ")):
        with pytest.raises(Refused):
            retracting.settle(portrayal=task, how="blurred", words=words, **doing(who))
    retracting.settle(portrayal=task, how="blurred", words="第二张图已打码", **doing("ruian-editor"))
    with pytest.raises(WrongState):
        retracting.settle(portrayal=task, how="kept", words="新闻报道", **doing("ruian-editor"))
    event = Event.objects.get(action=Action.CONSENT_TASK_SETTLED)
    assert (event.facts["how"], "第二张图" in str(event.facts)) == ("blurred", False)


def test_what_went_out_while_the_consent_was_withdrawn_is_a_task_too(job, consent, doing, report, follow):
    """A send that was under way is found when its publication is told."""
    report()
    PublicationConsent.objects.filter(pk=consent.pk).update(
        state="withdrawn", withdrawn_at=DUE, withdrawn_by=consent.person
    )
    follow()
    assert Portrayal.objects.tasks().count() == 1
    assert Event.objects.filter(action=Action.CONSENT_TASK_OPENED).count() == 1


def test_a_second_withdrawal_is_another_task(job, consent, doing, report):
    """Agreeing again ends the first one."""
    report()
    retracting.withdraw(consent=consent, **doing("ruian-section"))
    consenting.give(consent=consent, agreed=Agreed(how="verbal", note="又同意了"), **doing("ruian-editor"))
    assert not Portrayal.objects.tasks().exists()
    retracting.withdraw(consent=consent, **doing("ruian-section"))
    assert Portrayal.objects.tasks().count() == 1


def test_the_copy_of_a_person_holds_what_they_agreed_to(ruian, consent):
    """With its words, since they are theirs."""
    held = next(one for one in REGISTER if one.key == "consents")
    lines = list(copying.lines_of(held, ruian.people["ruian-section"]))
    assert [
        line["values"]["use"] if "use" in line["values"] else line["values"]["name"] for line in lines
    ] == [consent.name]


def test_deletion_takes_the_words_and_leaves_that_there_was_a_consent(ruian, consent, doing):
    """Proof that publishing was lawful names nobody any more."""
    PublicationConsent.objects.filter(pk=consent.pk).update(
        note="手机 138", guardian="王父", guardian_is="父亲"
    )
    section = ruian.people["ruian-section"]
    Person.objects.filter(pk=section.pk).update(active=False)
    erasing.erase(actor=doing("ruian-editor")["actor"], person=section)
    consent.refresh_from_db()
    words = (consent.name, consent.note, consent.guardian, consent.state)
    assert words == (NOBODY, "", "", "given")


def test_a_draft_that_is_deleted_takes_its_own_consents_along(ruian, offer, time, doing):
    """Those given for the account stay."""
    draft = offer(ruian, "ruian-student", kind="student", unit="学生科", title="没有送审的")
    agreed = Agreed(how="verbal", note="当面")
    shown = Shown(name="王小红", uses=("photo",))
    for whom in (shown, replace(shown, reach="account")):
        consenting.show(article=draft, shown=whom, agreed=agreed, **doing("ruian-student"))
    student = ruian.people["ruian-student"]
    Person.objects.filter(pk=student.pk).update(active=False)
    erasing.erase(actor=doing("ruian-editor")["actor"], person=student)
    assert not Article.objects.filter(pk=draft.pk).exists()
    assert [row.reach for row in PublicationConsent.objects.all()] == ["account"]


def test_an_authority_that_asks_about_a_person_gets_no_consents_of_others(ruian, consent):
    """PD6: they name third persons."""

    class About(Scope):
        def __init__(self, key):
            self.account, self.keys = None, [key]
            self.period = (DUE - timedelta(days=30), DUE + timedelta(days=1))

    kinds = set(About(ruian.people["ruian-student"].pk).events().values_list("subject_kind", flat=True))
    assert "article" in kinds
    assert "consent" not in kinds
