"""Findings handled by those who write, and by those who review: mended, ignored, no error; nothing that blocks."""

import pytest

from guanhao.contents import actions, checks
from guanhao.contents.handling import pending
from guanhao.contents.models import Handling
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.lexicon.models import Allowance
from guanhao.people.access import actor_of
from tests.contents.conftest import decide, edit, submit
from tests.lexicon.conftest import Keeper

SLIP = "<p>召开座谈汇，部署工作。</p>"


@pytest.fixture
def slip(ruian, offer):
    """A section's draft with a slip the institution lists, and a telephone number that blocks."""
    Keeper(ruian, "ruian-office-head").enter("confusable", "座谈汇", "座谈会")
    return offer(ruian, "ruian-section", unit="学生科", body=SLIP, author_line="学生科")


def found(article, rule="typos"):
    article.refresh_from_db()
    return [one for one in checks.preview(article) if one.rule == rule]


def handle(cast, who, article, one, state="ignored", reason="引用原文"):
    person = cast.people[who]
    return actions.handle(
        actor=actor_of(person),
        person=person,
        article=article,
        fingerprint=one.fingerprint,
        state=state,
        reason=reason,
    )


class TestWhileWriting:
    """In the working copy."""

    def test_what_was_ignored_with_a_reason_goes_along_and_the_reviewer_sees_by_whom(self, ruian, slip):
        """It is bound to the revision that was handed in."""
        one, *_ = found(slip)
        handling = handle(ruian, "ruian-section", slip, one)
        revision = submit(ruian, "ruian-section", slip)
        handling.refresh_from_db()
        assert handling.revision == revision
        (finding,) = revision.findings.filter(rule="typos", stage="submit")
        assert (finding.state, finding.reason, finding.settled_by.name) == (
            "ignored",
            "引用原文",
            ruian.people["ruian-section"].name,
        )

    def test_ignoring_survives_edits_elsewhere_but_not_of_its_own_words(self, ruian, slip):
        """The finding is known by its words and what stands around them, not by its position."""
        one, *_ = found(slip)
        handle(ruian, "ruian-section", slip, one)
        edit(ruian, "ruian-section", slip, body="<p>新的开头。</p>" + SLIP)
        assert found(slip)[0].fingerprint == one.fingerprint
        edit(ruian, "ruian-section", slip, body=SLIP.replace("召开", "本周召集"))
        assert found(slip)[0].fingerprint != one.fingerprint

    def test_no_reason_is_no_ignoring(self, ruian, slip):
        """Whoever reviews wants to know why."""
        with pytest.raises(Refused, match="理由"):
            handle(ruian, "ruian-section", slip, found(slip)[0], reason=" ")

    @pytest.mark.article("gpnu-8")
    @pytest.mark.article("ruian-6.2")
    @pytest.mark.parametrize("state", ["ignored", "allowed"])
    def test_what_blocks_cannot_be_ignored_by_its_writers(self, ruian, offer, state):
        """Only mended, or let pass by the role of its clause."""
        article = offer(ruian, "ruian-section", unit="学生科", body="<p>联系 13812345678</p>")
        (one,) = [each for each in found(article, "personal_data") if each.stage == "submit"]
        with pytest.raises(Refused) as refusal:
            handle(ruian, "ruian-section", article, one, state)
        assert refusal.value.denied.article == "ruian-6.2"

    def test_no_error_goes_to_the_units_list_at_once(self, ruian, slip):
        """And is found no more, in this article and the next."""
        handle(ruian, "ruian-section", slip, found(slip)[0], "allowed", "本校刊物名")
        assert found(slip) == []
        allowance = Allowance.objects.get()
        assert (allowance.unit.name, allowance.wording, allowance.reason) == (
            "学生科",
            "座谈汇",
            "本校刊物名",
        )

    def test_a_student_may_ignore_but_not_speak_for_the_office(self, ruian, offer):
        """The allow-list of a student's article is the office's."""
        Keeper(ruian, "ruian-office-head").enter("confusable", "座谈汇", "座谈会")
        article = offer(ruian, "ruian-student", kind="student", unit="学生科", body=SLIP)
        with pytest.raises(Refused, match="由办公室的人员认定"):
            handle(ruian, "ruian-student", article, found(article)[0], "allowed")
        handle(ruian, "ruian-student", article, found(article)[0])

    def test_a_stranger_handles_nothing(self, ruian, slip):
        """Another section's people do not write here."""
        with pytest.raises(Refused):
            handle(ruian, "ruian-student", slip, found(slip)[0])

    def test_what_was_ignored_can_be_taken_back(self, ruian, slip):
        """Once; the finding counts as open again."""
        handling = handle(ruian, "ruian-section", slip, found(slip)[0])
        person = ruian.people["ruian-section"]
        who = {"actor": actor_of(person), "person": person}
        actions.take_back(**who, handling=handling)
        assert not pending(slip).exists()
        with pytest.raises(WrongState):
            actions.take_back(**who, handling=handling)

    def test_what_was_mended_is_told_and_what_stands_there_again_is_not_mended(self, ruian, slip):
        """Mending is undone by typing it again."""
        one, *_ = found(slip)
        handle(ruian, "ruian-section", slip, one, "fixed", "")
        edit(ruian, "ruian-section", slip, body=SLIP.replace("汇", "会"))
        revision = submit(ruian, "ruian-section", slip)
        assert [each.state for each in revision.handlings.all()] == ["fixed"]

        decide(ruian, "ruian-section-head", slip, "return")
        edit(ruian, "ruian-section", slip, body=SLIP)
        handle(ruian, "ruian-section", slip, found(slip)[0], "fixed", "")
        again = submit(ruian, "ruian-section", slip)
        assert not again.handlings.exists()
        assert Handling.objects.filter(undone_at__isnull=False).count() == 1

    def test_a_finding_that_is_gone_cannot_be_handled(self, ruian, slip):
        """The page was older than the text."""
        one, *_ = found(slip)
        edit(ruian, "ruian-section", slip, body="<p>换了一篇。</p>")
        with pytest.raises(WrongState):
            handle(ruian, "ruian-section", slip, one)


class TestInReview:
    """In a revision."""

    def settle(self, cast, who, finding, state, reason="固定写法"):
        person = cast.people[who]
        return actions.settle_finding(
            actor=actor_of(person), person=person, finding=finding, reason=reason, state=state
        )

    def test_a_reviewer_calls_it_no_error_and_the_next_article_is_not_asked(self, ruian, offer, slip):
        """At once, for the unit it came from."""
        finding = submit(ruian, "ruian-section", slip).findings.get(rule="typos", stage="submit")
        assert self.settle(ruian, "ruian-section-head", finding, "allowed").state == "allowed"
        assert Allowance.objects.get().unit.name == "学生科"
        assert found(offer(ruian, "ruian-section", unit="学生科", body=SLIP)) == []

    def test_whoever_does_not_review_calls_nothing_no_error(self, ruian, slip):
        """The writer among them, once it is handed in."""
        finding = submit(ruian, "ruian-section", slip).findings.get(rule="typos", stage="submit")
        for who in ("ruian-section", "ruian-editor"):
            with pytest.raises(Refused):
                self.settle(ruian, who, finding, "allowed")

    def test_of_personal_data_the_list_keeps_a_mask_and_a_digest(self, ruian, offer):
        """And still knows the number again."""
        article = offer(ruian, "ruian-section", unit="学生科", body="<p>值班电话 0577-65123456</p>")
        finding = submit(ruian, "ruian-section", article).findings.get(rule="personal_data", stage="submit")
        self.settle(ruian, "ruian-section-head", finding, "allowed", "对外公布的总机")
        allowance = Allowance.objects.get()
        assert "65123456" not in f"{allowance.wording}{allowance.digest}"
        other = offer(ruian, "ruian-section", unit="学生科", body="<p>请拨 0577 65123456</p>")
        assert found(other, "personal_data") == []


@pytest.fixture
def under_review(ruian, slip):
    """The slip's revision, with the section head asked."""
    return submit(ruian, "ruian-section", slip)


def judge(cast, who):
    person = cast.people[who]
    return {"actor": actor_of(person), "person": person}


class TestErrors:
    """ruian-20: what a reviewer confirms before publication."""

    @pytest.mark.article("ruian-20")
    def test_an_error_of_a_sections_item_is_the_event_a_tally_counts(self, ruian, under_review):
        """With the unit, the class and the clause that counts it."""
        finding = under_review.findings.get(rule="typos", stage="submit")
        mark = actions.confirm_finding(**judge(ruian, "ruian-section-head"), finding=finding)
        event = Event.objects.latest("index")
        assert (event.action, event.clause) == ("error.found", "ruian-20.error.found")
        assert mark.counts
        assert b'"contributor_kind":"unit"' in bytes(event.entry)
        assert b'"class":"typos"' in bytes(event.entry)

    @pytest.mark.article("ruian-20")
    def test_an_individuals_item_is_noted_and_not_counted(self, ruian, offer):
        """Individuals are not warned."""
        Keeper(ruian, "ruian-office-head").enter("confusable", "座谈汇", "座谈会")
        article = offer(ruian, "ruian-student", kind="student", unit="学生科", body=SLIP)
        finding = submit(ruian, "ruian-student", article).findings.get(rule="typos", stage="submit")
        mark = actions.confirm_finding(**judge(ruian, "ruian-editor"), finding=finding)
        assert not mark.counts
        assert Event.objects.latest("index").action == "article.error_noted"

    @pytest.mark.article("ruian-20")
    def test_what_a_reviewer_marks_by_hand_counts_too(self, ruian, under_review):
        """No machine sees everything."""
        mark = actions.mark_error(
            **judge(ruian, "ruian-section-head"),
            revision=under_review,
            error=actions.Error(quote="部署工作", note="应为“安排”"),
        )
        assert (mark.counts, mark.finding) == (True, None)
        assert Event.objects.latest("index").action == "error.found"

    @pytest.mark.article("ruian-20")
    def test_the_same_words_of_an_article_are_one_error(self, ruian, under_review):
        """Found by a check and marked by hand, or marked twice; other words are another, and what was taken back counts anew."""
        who = judge(ruian, "ruian-section-head")
        finding = under_review.findings.get(rule="typos", stage="submit")
        actions.confirm_finding(**who, finding=finding)
        found = actions.Error(quote=finding.place["excerpt"], note="应为“会”")
        by_hand = actions.Error(quote="部署工作", note="应为“安排”")
        mark = actions.mark_error(**who, revision=under_review, error=by_hand)
        for error in (found, by_hand):
            with pytest.raises(WrongState):
                actions.mark_error(**who, revision=under_review, error=error)
        actions.withdraw_error(**who, mark=mark)
        actions.mark_error(**who, revision=under_review, error=by_hand)
        assert Event.objects.filter(action="error.found").count() == 3

    def test_a_mistaken_confirmation_is_taken_back_with_an_event(self, ruian, under_review):
        """Once; and it can be confirmed anew."""
        finding = under_review.findings.get(rule="typos", stage="submit")
        who = judge(ruian, "ruian-section-head")
        mark = actions.confirm_finding(**who, finding=finding)
        with pytest.raises(WrongState):
            actions.confirm_finding(**who, finding=finding)
        actions.withdraw_error(**who, mark=mark)
        assert Event.objects.latest("index").action == "error.withdrawn"
        with pytest.raises(WrongState):
            actions.withdraw_error(**who, mark=mark)
        actions.confirm_finding(**who, finding=finding)

    def test_only_a_reviewer_of_the_article_confirms(self, ruian, under_review):
        """Neither its writer nor somebody whose turn has not come."""
        finding = under_review.findings.get(rule="typos", stage="submit")
        for who in ("ruian-section", "ruian-editor", "ruian-student"):
            with pytest.raises(Refused):
                actions.confirm_finding(**judge(ruian, who), finding=finding)

    def test_a_quote_or_severity_that_says_nothing_is_refused(self, ruian, under_review):
        """Where, and how grave in the rulebook's words."""
        for error in (actions.Error(quote=" "), actions.Error(quote="部署", severity="nonsense")):
            with pytest.raises(Refused):
                actions.mark_error(**judge(ruian, "ruian-section-head"), revision=under_review, error=error)

    def test_a_listed_term_or_a_telephone_number_is_no_slip_of_writing(self, ruian, offer):
        """They are matters of permission."""
        article = offer(ruian, "ruian-section", unit="学生科", body="<p>联系 13812345678</p>")
        finding = submit(ruian, "ruian-section", article).findings.get(rule="personal_data", stage="submit")
        with pytest.raises(Refused):
            actions.confirm_finding(**judge(ruian, "ruian-section-head"), finding=finding)
