"""How things are written: citations, times, states, spaces, event words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import TextChoices
from django.template import Context, Template
from django.utils import translation

import guanhao
from guanhao.applications import types as applications
from guanhao.contents.types import ArticleState, PushState
from guanhao.core import clock
from guanhao.duties import projecting as duties
from guanhao.inspections import recording as inspections
from guanhao.ledger.types import Action
from guanhao.steps.models import Leased
from guanhao.web import marks
from guanhao.web.citation import citation
from guanhao.web.eventwords import KINDS, PARTS, WORDS, kind_word, words
from guanhao.web.marks import due_mark, mark_of
from guanhao.web.templatetags.guanhao import HALF_SPACE, ago, spaced, when
from guanhao.web.viewer import Viewer
from guanhao.web.whyme import why_me

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ("ruian-16", "第十六条"),
        ("ruian-6.1", "第六条（一）"),
        ("xartvu-F1", "附表一"),
        ("gpnu-25", "第二十五条"),
    ],
)
def test_an_article_is_cited_as_offices_do(article, said):
    """Also one that the rulebook in force no longer has."""
    assert citation(article, None).zh == said


def test_a_chip_is_a_link_that_opens_as_a_card(ruian):
    """Without scripts it leads to the article's page."""
    viewer = Viewer(ruian.people["ruian-editor"], ruian.institution, "")
    chip = Template('{% cite "ruian-16" "ruian-16.lead_time" %}').render(Context({"viewer": viewer}))
    assert 'href="/rules/ruian-16/"' in chip
    assert 'hx-get="/rules/ruian-16/card/?clause=ruian-16.lead_time"' in chip
    assert "第十六条" in chip
    assert Template('{% cite "" %}').render(Context({})) == ""


def test_every_article_of_the_three_regulations_has_a_chip_that_resolves(ruian, browser):
    """No chip without its card (ui.md)."""
    client = browser("ruian-student")
    for article in ruian.rulebook.articles:
        card = client.get(f"/rules/{article.id}/card/")
        assert article.citation.zh in card.content.decode()
    assert client.get("/rules/ruian-99/card/").status_code == 404


def test_why_me_names_the_post_held(ruian):
    """The office's editor reads that he is the office's editor, a student that it is not his turn."""
    article = ruian.rulebook.article("ruian-6.1")
    editor = Viewer(ruian.people["ruian-editor"], ruian.institution, "")
    assert any("您任办公室编辑" in said.zh for said in why_me(article, editor))
    student = Viewer(ruian.people["ruian-student"], ruian.institution, "")
    (said,) = why_me(article, student)
    assert "您目前不担任" in said.zh


def test_times_are_written_in_china_with_the_weekday():
    """2026-11-20 周五 12:00; the English page has its own weekday; nothing is a dash."""
    assert when(NOON) == "2026-11-20 周五 12:00"
    assert when(date(2026, 11, 20)) == "2026-11-20 周五"
    assert when(None) == "—"
    with translation.override("en"):
        assert when(NOON) == "2026-11-20 Fri 12:00"


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=-20), "刚刚"),
        (timedelta(minutes=-3), "3 分钟前"),
        (timedelta(hours=-3), "3 小时前"),
        (timedelta(days=-3), "3 天前"),
        (timedelta(hours=2), "还有 2 小时"),
    ],
)
def test_relative_time_says_how_far(distance, said):
    """Minutes, hours up to two days, then days."""
    with clock.frozen(NOON):
        assert ago(NOON + distance) == said


def test_a_due_time_warns_and_alarms():
    """Near: waiting; past: blocked; far: nothing."""
    with clock.frozen(NOON):
        assert due_mark(NOON + timedelta(days=1)) is None
        assert due_mark(NOON + timedelta(hours=1)).tone == "waiting"
        assert due_mark(NOON - timedelta(minutes=1)).tone == "blocked"


def test_chinese_and_latin_get_our_space():
    """Between, never inside, and none where there is none to give."""
    assert spaced("共12项WeChat推送") == HALF_SPACE.join(["共", "12", "项", "WeChat", "推送"]).replace(
        f"12{HALF_SPACE}", f"12{HALF_SPACE}"
    )
    assert spaced("推送") == "推送"


def test_states_are_never_colour_alone():
    """Every tone but neutral has a shape; equal words of different vocabularies keep their own tone."""
    assert mark_of(ArticleState.PUBLISHED).icon == "check"
    assert mark_of(PushState.CANCELLED).tone == "neutral"
    assert marks._SHAPES["blocked"]
    assert mark_of(ArticleState.REJECTED).tone == "blocked"


def test_a_row_says_its_state_in_its_own_vocabulary(ruian):
    """The column holds text; the field's choices tell which states it means."""

    class Row:
        state = "returned"
        _meta = type("Meta", (), {"get_field": lambda _self, _name: ArticleField})()

    class ArticleField:
        flatchoices = ArticleState.choices

    assert marks.state_of(Row()).label == "退回修改"
    assert issubclass(ArticleState, TextChoices)


def test_every_action_of_the_ledger_has_words():
    """A new action fails here until it is said in Chinese; an unknown one from a later version is shown as it is."""
    assert set(WORDS) == set(Action)
    assert words("article.submitted") == "提交稿件"
    assert words("teapot.boiled") == "teapot.boiled"


def test_every_kind_of_thing_the_ledger_tells_of_has_a_word():
    """Also rows that a worker sets aside, which it calls by the name of their model."""
    said = {
        kind
        for path in Path(guanhao.__file__).parent.rglob("*.py")
        for kind in re.findall(r'\bSubject\(\s*"(\w+)"', path.read_text())
    }
    set_aside = {one.__name__.lower() for one in apps.get_models() if issubclass(one, Leased)}
    assert len(said) > 20
    assert len(set_aside) > 5
    named = said | set_aside | {duties.SUBJECT, inspections.SUBJECT, inspections.ROUND, applications.SUBJECT}
    assert sorted(named - set(KINDS)) == []


def test_every_part_of_the_system_that_acts_has_an_english_name():
    """Their Chinese names stand in the ledger itself."""
    acting = {
        name
        for path in Path(guanhao.__file__).parent.rglob("*.py")
        for name in re.findall(r'\bsystem\(\s*"([\w-]+)",\s*"', path.read_text())
    }
    assert len(acting) > 20
    assert sorted(acting - set(PARTS)) == []


def test_in_english_one_thing_is_not_called_many():
    """The lists are plural, an entry about one of their rows is not."""
    with translation.override("en"):
        assert [kind_word(kind) for kind in ("duty", "article", "person", "withdrawal")] == [
            "Duty",
            "Article",
            "Person",
            "Withdrawal",
        ]
