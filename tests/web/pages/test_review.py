"""The decision page: what is decided is what was read; what was typed is never lost."""

import re

import pytest

from guanhao.cases.models import Decision, Step
from guanhao.contents.models import Article
from guanhao.people.access import actor_of
from guanhao.people.actions import delegate
from tests.contents.conftest import submit
from tests.web.pages.conftest import MONDAY

ALL = [
    "truth",
    "accuracy",
    "positivity",
    "applicability",
    "timeliness",
    "layout",
    "typos",
    "lawful",
]


def decision(step, **changes):
    return {
        "digest": step.case.subject_digest,
        "verdict": "approve",
        "opinion": "同意",
        "check": ALL,
    } | changes


def test_an_approval_moves_the_article_and_goes_back_to_the_queue(browser, step):
    """The page posts the digest, the ticked items and the opinion; the domain does the rest."""
    answer = browser("ruian-editor").post(f"/review/{step.pk}/decide/", decision(step))
    assert (answer.status_code, answer.url) == (302, "/review/")
    assert Article.objects.get().state == "approved"
    assert Decision.objects.get().checklist == dict.fromkeys(ALL, True)


@pytest.mark.requirement("AP1")
def test_a_digest_that_is_not_up_for_decision_is_refused_on_the_page(browser, step):
    """The page comes back with the reason, the opinion and the ticks; nothing was decided."""
    posted = decision(step, digest="sha256:" + "0" * 64, opinion="看过了")
    answer = browser("ruian-editor").post(f"/review/{step.pk}/decide/", posted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不一致" in page
    assert "看过了" in page
    assert page.count("checked") == len(ALL)
    assert not Decision.objects.exists()


@pytest.mark.requirement("AP1")
def test_what_changed_since_the_version_that_was_read_is_marked(browser, ruian, step, draft, offer):
    """After a return and a new version the page offers the difference, word by word."""
    editor = browser("ruian-editor")
    editor.post(f"/review/{step.pk}/decide/", decision(step, verdict="return", opinion="补充时间", check=[]))
    draft.refresh_from_db()
    draft.working = {**draft.working, "body": draft.working["body"] + "<p>活动在周日上午。</p>"}
    draft.save(update_fields=["working"])
    submit(ruian, "ruian-student", draft)
    draft.refresh_from_db()
    again = draft.case.steps.waiting().get()
    page = editor.get(f"/review/{again.pk}/").content.decode()
    assert "<ins>活动在周日上午。</ins>" in page
    earlier = draft.revisions.get(number=1)
    preview = editor.get(f"/revisions/{draft.current_id}/preview/?since={earlier.pk}").content.decode()
    assert '<p class="is-changed">活动在周日上午。</p>' in preview


@pytest.mark.requirement("AP3")
def test_the_author_sees_the_step_but_no_button(browser, step):
    """Who wrote it reads why they cannot decide it; posting anyway is refused."""
    student = browser("ruian-student")
    page = student.get(f"/review/{step.pk}/").content.decode()
    assert 'name="verdict"' not in page
    assert student.post(f"/review/{step.pk}/decide/", decision(step)).status_code == 422
    assert not Decision.objects.exists()


def test_an_item_left_open_is_named_and_cites_its_article(browser, step):
    """The server asks again what the script asked before."""
    answer = browser("ruian-editor").post(f"/review/{step.pk}/decide/", decision(step, check=ALL[1:]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "真实性" in page
    assert 'href="/rules/ruian-6.' in page


def test_a_deputy_decides_in_both_names(browser, ruian, step):
    """The page says for whom; the record names both."""
    editor, deputy = ruian.people["ruian-editor"], ruian.people["ruian-office-head"]
    delegate(
        actor=actor_of(editor),
        principal=editor,
        deputy=deputy,
        since=MONDAY,
        until=MONDAY.replace(hour=18),
        reason="出差",
    )
    client = browser("ruian-office-head")
    assert "您代" in client.get(f"/review/{step.pk}/").content.decode()
    client.post(f"/review/{step.pk}/decide/", decision(step, acting_for=editor.pk))
    made = Decision.objects.get()
    assert (made.person, made.acting_for) == (deputy, editor)


def test_nothing_is_decided_without_opening_it(browser, step):
    """The queue has no bulk acts: every decision is read on its own page."""
    page = browser("ruian-editor").get("/review/").content.decode()
    assert step.case.label in page
    assert 'name="row"' not in page
    assert browser("ruian-editor").get(f"/review/{step.pk}/decide/").status_code == 405


@pytest.mark.requirement("TN2")
def test_the_search_finds_the_cases_a_person_may_see(browser, step):
    """The hit leads to the step the case has reached; who has nothing to do with it finds nothing."""
    address, link = f"/search/?q={step.case.label}", f'href="/review/{step.pk}/"'
    editor = browser("ruian-editor-2")
    assert link in editor.get(address).content.decode()
    assert editor.get(f"/review/{step.pk}/").status_code == 200
    assert link not in browser("ruian-security").get(address).content.decode()


def test_what_somebody_decided_is_listed_once_and_the_latest_first(browser, ruian, step, offer):
    """However often they decided on a step; what comes due when means little there."""
    editor = browser("ruian-editor")
    editor.post(f"/review/{step.pk}/decide/", decision(step, verdict="hold", opinion="先问一下", check=[]))
    editor.post(f"/review/{step.pk}/decide/", decision(step))
    submit(ruian, "ruian-student", offer(ruian, "ruian-student", kind="student", unit="学生科"))
    later = Step.objects.waiting().get()
    editor.post(f"/review/{later.pk}/decide/", decision(later))
    assert Decision.objects.filter(step=step).count() == 2
    listed = editor.get("/review/?tab=done").context["list"]
    assert [row.pk for row, _cells in listed.lines()] == [later.pk, step.pk]


def test_in_english_a_button_says_what_to_do_and_the_course_what_was_done(browser, ruian, step):
    """Return is pressed; Returned is read, by whoever wrote it and in what was said before."""
    editor = browser("ruian-editor")
    editor.post("/language/", {"language": "en"})
    buttons = re.findall(r'name="verdict"[^>]*>([^<]+)<', editor.get(f"/review/{step.pk}/").content.decode())
    assert buttons == ["Approve", "Return", "Hold", "Reject"]
    editor.post(f"/review/{step.pk}/decide/", decision(step, verdict="return", opinion="补充时间", check=[]))
    student = browser("ruian-student")
    student.post("/language/", {"language": "en"})
    for place in (f"/review/{step.pk}/", f"/articles/{Article.objects.get().pk}/"):
        page = student.get(place).content.decode()
        assert "Returned" in page
        assert not re.search(r">\s*Return\s*<", page)
