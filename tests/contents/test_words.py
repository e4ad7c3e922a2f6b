"""What the three regulations ask of words: listed terms, hidden characters, figures, names, typos, wording, links."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guanhao.calendars.working import SchoolTerm, WorkCalendar
from guanhao.contents import actions, checks
from guanhao.contents.models import Finding
from guanhao.ledger.models import Event, EventDetail
from guanhao.lexicon.types import Allowed, Lists
from guanhao.people.access import actor_of
from guanhao.screening.force import Force
from guanhao.screening.hits import HitKind
from guanhao.screening.numbers import NumberShape
from guanhao.screening.roster import Leader, Roster, UnitName
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Term
from tests.contents.conftest import submit
from tests.contents.test_rules import BOOKS, NOON, PICTURES, matter

REVIEWED = [("gpnu", "gpnu-21"), ("xartvu", "xartvu-10"), ("ruian", "ruian-6.2")]


def lists(**more):
    """Lists of an invented institution."""
    terms = [
        Term(text="代考服务", family="unlawful", force=Force.BLOCK, valid_until=date(2026, 11, 30)),
        Term(text="刷单返利", family="unlawful", force=Force.WARN),
        Term(text="别的词", family="other", force=Force.BLOCK),
    ]
    roster = Roster(
        leaders=(Leader(name="沈怀瑾", title="院长", rank=1), Leader(name="陆知遥", title="副院长", rank=2)),
        units=(UnitName(name="学生工作部", old=("学生工作处",)),),
    )
    known = {"terms": TermIndex.of(terms), "roster": roster, "confusables": {"座谈汇": "座谈会"}}
    return Lists(**known | more)


def told(book, body, rule, *, stage="submit", **more):
    """Findings of a rule in a body: article, force, excerpt, role that may let it pass."""
    given = matter(book, body=f"<p>{body}</p>{PICTURES}", lists=lists(), **more)
    found = checks.find(given, checks.Stage(stage))
    return [
        (one.article_ref, one.force.value, one.problem.place.get("mask"), one.override_role)
        for one in found
        if one.rule == rule
    ]


@pytest.mark.article("gpnu-21")
def test_the_first_day_of_a_term_is_held_against_the_schools_calendar():
    """The calendar the institution entered; another day is told with the right one."""
    term = SchoolTerm("2026–2027 第一学期", date(2026, 9, 7), date(2027, 1, 17))
    calendar = WorkCalendar(terms=(term,))
    wrong = told("gpnu", "2026—2027学年第一学期于9月1日开学。", "figures", calendar=calendar)
    assert [(ref, mask) for ref, _, mask, _ in wrong] == [("gpnu-21", "9月1日")]
    assert told("gpnu", "2026—2027学年第一学期于9月7日开学。", "figures", calendar=calendar) == []


@pytest.mark.article("gpnu-8")
@pytest.mark.article("xartvu-11")
@pytest.mark.article("ruian-6.2")
@pytest.mark.parametrize(
    ("book", "article", "role"),
    [
        ("gpnu", "gpnu-8", "propaganda_head"),
        ("xartvu", "xartvu-11", "propaganda_head"),
        ("ruian", "ruian-6.2", "office_head"),
    ],
)
@pytest.mark.parametrize("written", ["代考服务", "代 考 服 务", "代<b>考</b>服務", "代\u200b考服务"])
def test_a_listed_word_blocks_however_it_is_written_until_the_named_role_lets_it_pass(
    book, article, role, written
):
    """Under each regulation's own article and role."""
    ((ref, force, _mask, who),) = told(book, f"联系{written}请看这里。", "terms")
    assert (ref, force, who) == (article, "block", role)


@pytest.mark.article("gpnu-8")
def test_a_word_the_list_only_warns_of_does_not_block():
    """The clause is the ceiling; the list may ask for less."""
    ((_ref, force, mask, _who),) = told("gpnu", "警惕刷单返利骗局。", "terms")
    assert (force, mask) == ("warn", "刷单返利")


def test_a_family_no_clause_names_is_not_asked_for():
    """Terms are found by family."""
    assert told("gpnu", "这里有别的词。", "terms") == []


def test_a_term_holds_on_the_day_the_article_goes_out():
    """Valid until 30 November: found in what goes out before, and not in what goes out after."""
    late = {"due_at": NOON + timedelta(days=30)}
    assert told("gpnu", "提供代考服务。", "terms")
    assert told("gpnu", "提供代考服务。", "terms", **late) == []


@pytest.mark.article("gpnu-8")
@pytest.mark.article("xartvu-11")
@pytest.mark.article("ruian-6.2")
@pytest.mark.parametrize(
    ("book", "article"), [("gpnu", "gpnu-8"), ("xartvu", "xartvu-11"), ("ruian", "ruian-6.2")]
)
def test_characters_nobody_sees_are_told(book, article):
    """They are how a word is got past a filter."""
    ((ref, force, *_),) = told(book, "通\u200b知如下。", "hidden_characters")
    assert (ref, force) == (article, "warn")


@pytest.mark.article("gpnu-21")
@pytest.mark.article("xartvu-10")
@pytest.mark.article("ruian-6.2")
@pytest.mark.parametrize(("book", "article"), REVIEWED)
@pytest.mark.parametrize(
    ("rule", "body", "force"),
    [
        ("figures", "定于2026年11月31日举行。", "warn"),
        ("names_and_titles", "学生工作处组织了活动。", "warn"),
        ("names_and_titles", "副院长沈怀瑾出席。", "warn"),
        ("typos", "召开座谈汇。", "warn"),
        ("wording", "会议（第一次召开。", "hint"),
        ("links", "详见 https://t.cn/abc 页面。", "warn"),
    ],
)
def test_what_a_machine_can_tell_of_accuracy_warns_and_stops_nobody(book, article, rule, body, force):
    """Dates, names, characters, punctuation, links; the reviewer decides."""
    found = told(book, body, rule)
    assert found
    assert {(ref, how) for ref, how, *_ in found} == {(article, force)}


@pytest.mark.article("ruian-10")
@pytest.mark.parametrize(
    ("title", "force"), [("震惊！食堂出大事", "warn"), ("六十名新生报到", "hint"), ("五十名新生报到", None)]
)
def test_a_title_is_sober_and_its_figures_are_the_bodys(title, force):
    """Words that bait are told; a figure the body does not say is a hint; the same figure in other digits is none."""
    given = matter("ruian", title=title, body=f"<p>今天有50名新生报到。</p>{PICTURES}")
    found = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "title_wording"]
    assert {(one.article_ref, one.force.value, one.problem.place["field"]) for one in found} == (
        {("ruian-10", force, "title")} if force else set()
    )


@pytest.mark.article("xartvu-12")
@pytest.mark.parametrize(("days", "is_told"), [(0, True), (1, False)])
def test_an_embargo_holds_until_its_day_has_come(days, is_told):
    """Judged by the day the article goes out."""
    due = NOON + timedelta(days=days)
    found = told("xartvu", "2026年11月25日前不得公开。", "secrecy_markings", due_at=due)
    assert bool(found) is is_told


@pytest.mark.parametrize("book", BOOKS)
def test_a_number_in_the_cell_beside_a_name_is_somebodys(book):
    """Of a list that was pasted as a table; what is told is masked."""
    body = "<table><tr><td>方予安</td><td>240117038</td></tr></table>"
    ((_ref, force, mask, _who),) = told(book, body, "personal_data")
    assert (force, mask) == ("hint", "24*****38")


@pytest.mark.article("xartvu-12")
def test_a_number_of_an_internal_paper_is_a_marking():
    """By the shape the institution entered."""
    shape = NumberShape("内教〔####〕#+号", HitKind.SECRECY_MARKING)
    given = matter(
        "xartvu", body=f"<p>依据内教〔2026〕12号通知。</p>{PICTURES}", lists=lists(shapes=(shape,))
    )
    ((ref, place),) = [
        (one.article_ref, one.problem.place)
        for one in checks.find(given, checks.Stage.SUBMIT)
        if one.rule == "secrecy_markings"
    ]
    assert (ref, place["mask"]) == ("xartvu-12", "内教〔2026〕12号")


def test_a_students_number_of_the_institutions_shape_is_masked():
    """Although no word announces it."""
    shape = NumberShape("2026######", HitKind.STUDENT_NUMBER)
    given = matter("ruian", body=f"<p>获奖：2026031415</p>{PICTURES}", lists=lists(shapes=(shape,)))
    (found,) = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "personal_data"]
    assert found.problem.place["mask"] == "20*******5"
    assert found.problem.place["suggestions"] == ["20*******5"]
    assert found.force == "hint"


def test_names_are_not_proofread():
    """Credits, by-line and source hold names, which no list of words knows."""
    given = matter("ruian", source="座谈汇", author_line="座谈汇", lists=lists())
    assert not [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "typos"]


def test_an_allowed_wording_is_no_finding():
    """Only where it stands as it was allowed."""
    allowed = Allowed(wordings=frozenset({("typos", "召开座谈汇")}))
    given = matter("ruian", body=f"<p>召开座谈汇。参加座谈汇。</p>{PICTURES}", lists=lists(allowed=allowed))
    (found,) = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "typos"]
    assert given.content.body[found.problem.place["start"] :].startswith("座谈汇。</p>")


def test_the_place_leads_back_into_the_body_across_tags():
    """By the source, and by counting characters that are no white space, as the editor does."""
    body = f"<p>一 二</p>\n<p>召开座<em>谈</em>汇。</p>{PICTURES}"
    given = matter("ruian", body=body, lists=lists())
    (found,) = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "typos"]
    place = found.problem.place
    assert body[place["start"] : place["end"]] == "座<em>谈</em>汇"
    assert (place["skip"], place["length"]) == (4, 3)
    assert place["suggestions"] == ["座谈会"]


def test_of_very_many_hits_the_first_are_told_and_how_many_more():
    """Nobody reads two thousand lines, and no table should hold them."""
    given = matter("ruian", body=f"<p>{'座谈汇。' * 150}</p>{PICTURES}", lists=lists())
    found = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "typos"]
    assert len(found) == 101
    assert "50 处" in found[-1].message.zh


def test_both_stages_of_a_preview_read_the_text_once(monkeypatch):
    """Screening is the dear part of a check, so its answer serves every check of a matter."""
    given = matter("ruian", body=f"<p>召开座谈汇。</p>{PICTURES}", lists=lists())
    first = list(checks.find(given, checks.Stage.SUBMIT))
    monkeypatch.setattr("guanhao.contents.rules.matter.found_in", None)
    assert {one.rule for one in checks.find(given, checks.Stage.REVIEW)} >= {one.rule for one in first}
    with pytest.raises(TypeError):
        list(checks.find(replace(given, _screened={}), checks.Stage.REVIEW))


def test_every_rulebook_asks_for_all_that_screening_tells_in_form():
    """None of the three leaves a class out."""
    asked = {"terms", "personal_data", "hidden_characters", "figures", "names_and_titles", "typos", "wording"}
    for book in BOOKS:
        rules = {check.rule for article in BOOKS[book].articles for check in article.checks}
        assert asked <= rules


CANARIES = ("13812345678", "110101199003078515", "6222021234567890128", "zhang.san.canary@example.edu.cn")


def test_personal_data_is_nowhere_in_full_that_the_checks_write(ruian, offer, caplog):
    """Neither in findings, nor in the ledger's leaves and details, nor in a log; the article itself keeps its words."""
    body = "".join(f"<p>联系 {canary} 处理</p>" for canary in CANARIES)
    article = offer(ruian, "ruian-section", unit="学生科", body=body)
    checks.preview(article)
    submit(ruian, "ruian-section", article)
    (one, *_) = Finding.objects.filter(rule="personal_data")
    person = ruian.people["ruian-office-head"]
    actions.settle_finding(actor=actor_of(person), person=person, finding=one, reason="对外公布的号码")
    written = [
        *(str(row) for row in Finding.objects.values()),
        *(bytes(event.entry).decode() for event in Event.objects.all()),
        *(str(row) for row in EventDetail.objects.values_list("data")),
        caplog.text,
    ]
    assert Finding.objects.filter(rule="personal_data").count() >= len(CANARIES)
    assert not [canary for canary in CANARIES for text in written if canary in text]
