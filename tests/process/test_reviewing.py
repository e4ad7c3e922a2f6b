"""What follows from cases: those who may decide are asked, those who touched a case hear its outcome and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.cases.models import Step
from guanhao.contents import actions as contents
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.models import Delivery, Notice
from guanhao.people.access import actor_of
from guanhao.people.actions import delegate
from guanhao.process.models import Cursor
from guanhao.process.periodic import DUE_SOON, remind_of_steps
from tests.contents.conftest import decide, submit
from tests.process.conftest import ME, told, told_people

pytestmark = pytest.mark.database


@pytest.mark.article("ruian-6.1")
def test_whoever_may_decide_is_told_with_the_place_to_act_and_the_article(ruian, offer, follow):
    """A section's item waits for its head: the head is told, nobody else, and the notice leads to the decision."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    follow()

    step = Step.objects.waiting().get(case__subject_id=str(article.pk))
    assert told_people(ruian, "review.ask") == {"ruian-section-head"}
    notice = Notice.objects.get(consequence="review.ask")
    assert notice.title_zh == "待您办理：“技能月开幕”"
    assert notice.title_en == "Waiting for you: 技能月开幕"
    assert notice.link == f"/review/{step.pk}/"
    assert notice.article_ref == step.article
    assert notice.article_ref.startswith("ruian-")


def test_the_next_step_asks_the_next_people(ruian, offer, follow):
    """Each step asks its own deciders when it opens."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    decide(ruian, "ruian-section-head", article)
    follow()

    assert told_people(ruian, "review.ask") == {"ruian-leader"}
    assert ("review.ask", "待您办理：“技能月开幕”") in told(ruian, "ruian-leader")


def test_what_was_asked_is_read_for_everybody_once_somebody_decided(ruian, offer, follow):
    """Two editors hold the office's step; after one decided, the other is asked no longer, and both hear no more of it."""
    article = offer(ruian, "ruian-student", unit="学生科", kind="student")
    submit(ruian, "ruian-student", article)
    follow()
    asked = Notice.objects.filter(consequence="review.ask", read_at__isnull=True)
    assert told_people(ruian, "review.ask") >= {"ruian-editor", "ruian-editor-2"}
    decide(ruian, "ruian-editor", article)
    follow()

    assert not asked.exists()
    assert Notice.objects.filter(consequence="review.outcome", read_at__isnull=True).exists()


def test_withdrawing_ends_what_was_asked(ruian, offer, follow):
    """Nobody is asked to decide what its author took back."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    follow()
    asked = Notice.objects.filter(consequence="review.ask", read_at__isnull=True)
    assert asked.exists()
    writer = ruian.people["ruian-section"]
    contents.withdraw(actor=actor_of(writer), person=writer, article=article, reason="重写")
    follow()

    assert not asked.exists()


def test_a_deputy_is_asked_with_the_one_who_delegated(ruian, offer, follow, time):
    """Who delegated and who stands in both hear that a step waits."""
    head, deputy = ruian.people["ruian-section-head"], ruian.people["ruian-career-head"]
    delegate(
        actor=actor_of(head),
        principal=head,
        deputy=deputy,
        since=time["now"],
        until=time["now"] + timedelta(days=2),
    )
    submit(ruian, "ruian-section", offer(ruian, "ruian-section", unit="学生科"))
    follow()

    assert told_people(ruian, "review.ask") == {"ruian-section-head", "ruian-career-head"}
    assert ("review.deputy", "何沐阳委托您代办至 2026-11-25 09:00") in told(ruian, "ruian-career-head")


def test_an_author_is_not_asked_to_decide_their_own(ruian, offer, follow):
    """A holder of the step who wrote the item hears nothing of a decision that is not theirs (AP3)."""
    submit(ruian, "ruian-editor", offer(ruian, "ruian-editor", unit="办公室", kind="office"))
    follow()

    assert "ruian-editor" not in told_people(ruian, "review.ask")
    assert told_people(ruian, "review.ask")


@pytest.mark.article("ruian-6.2")
def test_everyone_who_touched_a_returned_item_hears_it_and_why(ruian, offer, follow):
    """Provider and earlier decider hear the return with its reason and by whom; who returned it knows."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    decide(ruian, "ruian-section-head", article)
    decide(ruian, "ruian-leader", article, "return", opinion="来源不明，请补充。")
    follow()

    assert told_people(ruian, "review.outcome") == {"ruian-section", "ruian-section-head"}
    notice = Notice.objects.filter(consequence="review.outcome").first()
    assert notice.title_zh == "退回修改：“技能月开幕”"
    assert "来源不明，请补充。" in notice.body_zh
    assert "吴怀远" in notice.body_zh
    assert notice.link == f"/articles/{article.pk}/"


@pytest.mark.parametrize(("verdict", "title"), [("approve", "审批通过"), ("reject", "不予采用")])
def test_a_contributor_hears_how_it_ended(ruian, offer, follow, verdict, title):
    """Taken or not, the one who offered it is told, after the thanks that a student is owed (ruian-17)."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article, verdict)
    follow()

    thanks = ("thanks", "感谢您的投稿：“技能月开幕”")
    assert told(ruian, "ruian-student") == [thanks, ("review.outcome", f"{title}：“技能月开幕”")]


def test_a_withdrawn_item_is_told_to_those_who_had_decided(ruian, offer, follow):
    """Nobody goes on working on what its author took back."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    decide(ruian, "ruian-section-head", article)
    writer = ruian.people["ruian-section"]
    contents.withdraw(actor=actor_of(writer), person=writer, article=article, reason="活动取消")
    follow()

    assert ("review.outcome", "已撤回：“技能月开幕”") in told(ruian, "ruian-section-head")


def test_a_step_that_no_longer_waits_asks_nobody(ruian, offer, follow):
    """Consequences are drawn late sometimes; what was decided meanwhile is not asked again."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)
    follow()

    assert told_people(ruian, "review.ask") == set()


def test_drawing_twice_tells_nobody_twice(ruian, offer, follow):
    """The cursor set back, everything is drawn again, and nobody has a second notice or a second mail."""
    start = Cursor.objects.get().next_index
    submit(ruian, "ruian-section", offer(ruian, "ruian-section", unit="学生科"))
    follow()
    before = (
        list(Notice.objects.values_list("pk", flat=True)),
        list(Delivery.objects.values_list("pk", flat=True)),
    )
    Cursor.objects.update(next_index=start)
    follow()

    assert before[0]
    assert before == (
        list(Notice.objects.values_list("pk", flat=True)),
        list(Delivery.objects.values_list("pk", flat=True)),
    )


def test_a_waiting_step_is_called_to_mind_before_it_is_due_and_after(ruian, offer, follow, time):
    """One reminder before the due time, one when it is over; each once, to those who may decide."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    step = Step.objects.waiting().get(case__subject_id=str(article.pk))
    Step.objects.filter(pk=step.pk).update(due_at=time["now"] + timedelta(days=1))

    remind_of_steps(ME)
    assert not Event.objects.filter(action=Action.CASE_STEP_DUE_SOON).exists()
    time["now"] += timedelta(days=1) - DUE_SOON
    for _ in range(3):
        remind_of_steps(ME)
    time["now"] += DUE_SOON
    for _ in range(3):
        remind_of_steps(ME)
    follow()

    titles = [title for name, title in told(ruian, "ruian-section-head")]
    assert titles == ["待您办理：“技能月开幕”", "即将到期：“技能月开幕”", "已超期：“技能月开幕”"]
