"""Consents per use (PD2, PIPL 14, 25, 28, 31): noted on an article, asked of the person, a guardian's; and what checks find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from guanhao.contents import checks as content_checks
from guanhao.contents import consents as port
from guanhao.contents.assets import store_image
from guanhao.contents.matters import Occasion, of_working
from guanhao.contents.types import Stage
from guanhao.core.verdicts import Refused, WrongState
from guanhao.demo.pictures import draw
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.privacy import consenting, retracting
from guanhao.privacy.models import Portrayal, PublicationConsent
from guanhao.privacy.types import Agreed, ConsentState, Shown
from guanhao.rulebook.checkrules import CHECK_RULES
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.vocabulary import Force
from guanhao.rulebook.vocabulary import Stage as RuleStage
from tests.contents.conftest import submit
from tests.process.conftest import MONDAY, told_people

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD2")]
SPOKEN = Agreed(how="verbal", note="11 月 20 日当面同意")
CHILD = Shown(name="小明", uses=("photo",), under_14=True)


@pytest.fixture
def draft(ruian, offer, time):
    """A student's draft."""
    return offer(ruian, "ruian-student", kind="student", unit="学生科", title="开放日")


@pytest.fixture
def show(ruian, draft, doing):
    """Somebody notes whom the draft shows: ``show(Shown(…), Agreed(…))``."""

    def shown(whom, agreed=None, who="ruian-student"):
        return consenting.show(article=draft, shown=whom, agreed=agreed or Agreed(), **doing(who))

    return shown


def found(article, stage=Stage.SUBMIT):
    """What the checks of the stage say about consents: force and sentence."""
    matter = of_working(article, Occasion())
    return [
        (one.force, one.message.zh)
        for one in content_checks.find(matter, stage)
        if one.problem.place.get("field") == "consents"
    ]


def test_each_use_is_a_consent_of_its_own_with_its_entry_and_no_name_in_the_leaf(show):
    """The name stands on the erasable side."""
    rows = show(Shown(name="王小红", uses=("photo", "name", "photo")), SPOKEN)
    assert [(row.use, row.state) for row in rows] == [("photo", "given"), ("name", "given")]
    events = Event.objects.filter(action=Action.CONSENT_GIVEN).select_related("detail").order_by("index")
    assert [event.subject_id for event in events] == [str(row.pk) for row in rows]
    assert "王小红" not in str([event.facts for event in events])
    assert events[0].detail.data["detail"]["name"] == "王小红"


def test_what_is_not_said_is_refused(ruian, show, draft):
    """Nobody, no use, no paper, no words, a stranger asked to sign in, somebody who does not see the article."""
    for whom, agreed in (
        (Shown(name=" ", uses=("photo",)), SPOKEN),
        (Shown(name="王小红", uses=()), SPOKEN),
        (Shown(name="王小红", uses=("photo",)), Agreed(how="paper")),
        (Shown(name="王小红", uses=("photo",)), Agreed(how="verbal")),
        (Shown(name="王小红", uses=("photo",)), Agreed(how="self")),
    ):
        with pytest.raises(Refused):
            show(whom, agreed)
    with pytest.raises(Refused):
        show(Shown(name="王小红", uses=("photo",)), SPOKEN, who="ruian-section")
    assert not PublicationConsent.objects.exists()


def test_under_fourteen_a_guardian_agrees_and_nothing_else_will_do(ruian, show, draft):
    """Without one it blocks whatever the rulebook says; the table itself takes no other consent (PIPL 31)."""
    section = ruian.people["ruian-section"].pk
    for agreed in (SPOKEN, replace(SPOKEN, guardian="王父"), Agreed(how="self")):
        with pytest.raises(Refused, match="监护人"):
            show(replace(CHILD, person=section if agreed.how == "self" else None), agreed)
    child = show(CHILD)[0]
    assert found(draft) == [
        (Force.BLOCK, "小明（照片）不满十四周岁，须先取得监护人的同意（《个人信息保护法》第三十一条）。")
    ]
    with pytest.raises(content_checks.Blocked, match="监护人"):
        submit(ruian, "ruian-student", draft)
    given = {"state": "given", "how": "verbal", "given_at": MONDAY}
    for wrong in ({}, {"guardian": "王父"}, {"guardian": "王父", "guardian_is": "父亲", "how": "self"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicationConsent.objects.filter(pk=child.pk).update(**given | wrong)
    show(replace(CHILD, name="小华"), replace(SPOKEN, guardian="李母", guardian_is="母亲"))
    assert len(found(draft)) == 1


def test_a_consent_not_there_yet_warns_and_the_rulebook_says_otherwise(ruian, show, draft, monkeypatch):
    """A clause of the rulebook decides force and stage; without one it asks at submission and passes."""
    show(Shown(name="王小红", uses=("photo",)))
    assert [force for force, _words in found(draft)] == [Force.WARN]
    assert found(draft, Stage.REVIEW) == []
    check = Check(
        article="ruian-6.3", at=(RuleStage.REVIEW,), rule="consents", params=CHECK_RULES["consents"](),
        force=Force.BLOCK,
    )  # fmt: skip
    matter = of_working(draft, Occasion())
    (one,) = content_checks.found_by(check, matter, Stage.REVIEW)
    assert (one.force, one.article_ref, "尚未取得王小红" in one.message.zh) == ("block", "ruian-6.3", True)
    monkeypatch.setattr(type(matter.rulebook), "of_kind", lambda _self, _kind: iter([check]))
    assert found(draft) == []
    monkeypatch.undo()
    submit(ruian, "ruian-student", draft)


def test_the_person_is_asked_and_answers_for_themselves(ruian, show, draft, doing, follow):
    """They hear of it; nobody else answers; an answer is given once; a no blocks."""
    section = ruian.people["ruian-section"]
    asked = show(Shown(name="", uses=("photo", "name"), person=section.pk), Agreed(how="self"))
    assert [(row.name, row.state) for row in asked] == [(section.name, "asked")] * 2
    follow()
    assert told_people(ruian, "consent.asked") == {"ruian-section"}
    with pytest.raises(Refused):
        consenting.answer(consent=asked[0], yes=True, **doing("ruian-editor"))
    consenting.answer(consent=asked[0], yes=True, **doing("ruian-section"))
    consenting.answer(consent=asked[1], yes=False, **doing("ruian-section"))
    with pytest.raises(WrongState):
        consenting.answer(consent=asked[1], yes=True, **doing("ruian-section"))
    assert [force for force, _words in found(draft)] == [Force.BLOCK]
    assert "不同意发布" in found(draft)[0][1]
    assert Event.objects.filter(action=Action.CONSENT_DECLINED).get().facts["person"] == section.pk


def test_a_consent_that_ended_asks_again(draft, show):
    """It counts up to and including its day."""
    show(Shown(name="王小红", uses=("photo",)), replace(SPOKEN, until=MONDAY.date()))
    assert port.lacking([draft.pk], MONDAY.date()) == {}
    (one,) = port.lacking([draft.pk], MONDAY.date() + timedelta(days=1))[draft.pk]
    assert ("有效期到 2026-11-23" in one.reason.zh, one.final) == (True, False)


def test_one_given_for_the_account_serves_other_articles_of_it(ruian, show, draft, offer, doing):
    """Not one given for a single article, and not twice."""
    narrow = show(Shown(name="王小红", uses=("photo",)), SPOKEN)[0]
    wide = show(Shown(name="王小红", uses=("name",), reach="account"), SPOKEN)[0]
    other = offer(ruian, "ruian-student", kind="student", unit="学生科", title="另一篇")
    assert list(consenting.standing_for(other)) == [wide]
    consenting.show_again(article=other, consent=wide, **doing("ruian-student"))
    assert list(consenting.standing_for(other)) == []
    with pytest.raises(WrongState):
        consenting.show_again(article=other, consent=wide, **doing("ruian-student"))
    with pytest.raises(Refused):
        consenting.show_again(article=other, consent=narrow, **doing("ruian-student"))
    retracting.withdraw(consent=wide, **doing("ruian-editor"))
    assert [force for force, _words in found(other)] == [Force.BLOCK]


def test_nobody_is_taken_off_while_it_is_reviewed(ruian, show, draft, doing):
    """The text would still show them."""
    show(Shown(name="王小红", uses=("photo",)), SPOKEN)
    show(Shown(name="李小刚", uses=("photo",)), SPOKEN)
    first, second = Portrayal.objects.order_by("pk")
    consenting.take_off(portrayal=first, **doing("ruian-student"))
    submit(ruian, "ruian-student", draft)
    second.article.refresh_from_db()
    with pytest.raises(Refused):
        consenting.take_off(portrayal=second, **doing("ruian-student"))
    assert Portrayal.objects.live().get() == second


def test_a_withdrawal_in_review_stops_the_approval(ruian, show, draft, doing):
    """The person needs no reason; somebody else is refused; with another consent it goes on."""
    section = ruian.people["ruian-section"]
    asked = show(Shown(name="", uses=("photo",), person=section.pk), Agreed(how="self"))[0]
    consenting.answer(consent=asked, yes=True, **doing("ruian-section"))
    submit(ruian, "ruian-student", draft)
    with pytest.raises(Refused):
        retracting.withdraw(consent=asked, **doing("ruian-student"))
    retracting.withdraw(consent=asked, **doing("ruian-section"))
    with pytest.raises(WrongState):
        retracting.withdraw(consent=asked, **doing("ruian-section"))
    draft.refresh_from_db()
    findings = content_checks.run(draft.current, Stage.REVIEW)
    assert [one.force for one in findings if one.rule == "law.consents"] == ["block"]
    with pytest.raises(content_checks.Blocked, match="已撤回同意"):
        content_checks.require_clear(findings)
    picture = store_image(actor=actor_of(section), person=section, data=draw("paper"), name="同意书.png")
    consenting.give(consent=asked, agreed=Agreed(how="paper", paper=picture.pk), **doing("ruian-editor"))
    content_checks.require_clear(content_checks.run(draft.current, Stage.REVIEW))
    asked.refresh_from_db()
    assert (asked.state, asked.withdrawn_at) == (ConsentState.GIVEN, None)
