"""Each check rule on its own: pure functions over a matter, cited by the clause they serve."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from guanhao.calendars.working import DayMark, WorkCalendar
from guanhao.contents import checks
from guanhao.contents.content import Content
from guanhao.contents.rules import platform
from guanhao.contents.rules.matter import Matter
from guanhao.contents.rules.table import RULES
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.rulebook.behaviours import registered
from guanhao.rulebook.checkrules import CHECK_RULES, CheckParams, LinkHosts
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.loading import load
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Stage

BOOKS = {
    key: load(Path(settings.BASE_DIR) / "rulebooks" / f"{key}.yaml") for key in ("ruian", "gpnu", "xartvu")
}
NOON = datetime(2026, 11, 24, 12, tzinfo=CHINA)
PICTURES = "".join(f'<p><img src="asset:sha256:{digit * 64}"></p>' for digit in "ab")


def matter(book, *, kind="unit", classes=(), category="news", **changes):
    """A matter that the three regulations let pass; fields of the content and of the matter may be changed."""
    content = {
        "title": "技能月开幕",
        "body": f"<p>全校师生参加。</p>{PICTURES}",
        "cover": "sha256:" + "a" * 64,
        "source": "学生科",
        "credits": dict.fromkeys(("editor", "pictures", "layout", "proof", "text"), "王老师"),
    }
    own = {name: changes.pop(name) for name in list(changes) if name in Matter.__dataclass_fields__}
    facts = Facts(
        act="release",
        owner_kind="section",
        contributor_kind=kind,
        platform="wechat",
        content_classes=frozenset(classes),
        category=category,
    )
    settled = {
        "calendar": WorkCalendar(),
        "now": NOON,
        "roles": frozenset(BOOKS[book].roles),
        "ticked": frozenset({"no_secret", "not_internal"}),
    }
    return Matter(
        content=Content.of(content | changes),
        facts=facts,
        rulebook=BOOKS[book],
        **(settled | own),
    )


def found(given, stage="submit"):
    """(rule, article, force) of what the rulebook's checks say."""
    return [
        (one.rule, one.article_ref, one.force.value)
        for one in checks.find(given, checks.Stage(stage))
        if one.article_ref
    ]


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("stage", ["submit", "review", "schedule", "send"])
def test_a_matter_in_order_meets_no_objection(book, stage):
    """Otherwise the other tests would prove nothing."""
    given = matter(book, due_at=NOON + timedelta(days=2, hours=4, minutes=30), reached_at=NOON, approved_at=NOON,
                   planned_at=NOON - timedelta(days=7))  # fmt: skip
    assert found(given, stage) == []


@pytest.mark.article("gpnu-21")
@pytest.mark.article("ruian-6.3")
@pytest.mark.parametrize(("book", "article"), [("gpnu", "gpnu-21"), ("ruian", "ruian-6.3")])
@pytest.mark.parametrize("source", ["", "网络", "来源不明"])
def test_the_source_is_stated_and_is_one(book, article, source):
    """Nothing, or a word that names nobody, is no source."""
    assert ("source_stated", article, "block") in found(matter(book, source=source))


@pytest.mark.article("ruian-6.3")
@pytest.mark.parametrize("credit", ["editor", "pictures", "layout"])
def test_editor_pictures_and_layout_are_credited(credit):
    """Each on its own, when it is reviewed."""
    named = dict.fromkeys(("editor", "pictures", "layout", "text"), "王老师")
    del named[credit]
    assert found(matter("ruian", credits=named), "review") == [("credits", "ruian-6.3", "block")]


@pytest.mark.article("ruian-6.3")
@pytest.mark.parametrize(("kind", "expected"), [("student", 1), ("staff", 1), ("unit", 0)])
def test_the_author_of_the_text_is_credited_for_individuals(kind, expected):
    """Students and staff, not sections."""
    named = dict.fromkeys(("editor", "pictures", "layout"), "王老师")
    assert len(found(matter("ruian", kind=kind, credits=named), "submit")) == expected


@pytest.mark.article("gpnu-11")
@pytest.mark.article("ruian-9")
@pytest.mark.parametrize(("book", "article"), [("gpnu", "gpnu-11"), ("ruian", "ruian-9")])
def test_a_category_of_the_rulebook_is_required(book, article):
    """None, or one that is not listed."""
    assert found(matter(book, category="")) == [("category_required", article, "block")]


@pytest.mark.article("ruian-10")
def test_a_long_title_and_few_pictures_only_warn():
    """The regulation recommends; it does not forbid."""
    given = matter("ruian", title="技能月" * 11, body="<p>全校师生参加。</p>")
    assert found(given) == [("title_length", "ruian-10", "warn"), ("pictures", "ruian-10", "warn")]


@pytest.mark.article("ruian-10")
@pytest.mark.article("gpnu-21")
@pytest.mark.parametrize("book", ["ruian", "gpnu"])
def test_a_long_body_is_hinted_at_by_the_characters_readers_see(book):
    """Markup and white space do not count."""
    long = "<p style='color:red'>" + "好的。\n" * 666 + "好。</p>" + PICTURES
    assert found(matter(book, body=long)) == []
    assert [force for _, _, force in found(matter(book, body=long + "<p>好</p>"))] == ["hint"]


@pytest.mark.article("gpnu-9")
@pytest.mark.article("xartvu-11")
@pytest.mark.parametrize(("book", "article"), [("gpnu", "gpnu-9"), ("xartvu", "xartvu-11")])
@pytest.mark.parametrize("key", ["major_event", "emergency", "sensitive"])
def test_a_delicate_class_needs_an_authorisation_that_covers_it(book, article, key):
    """Another class's authorisation is none."""
    given = matter(book, classes=[key])
    assert ("authorisation", article, "block") in found(given, "review")
    assert found(replace(given, authorised=frozenset({"other"})), "review")
    assert found(replace(given, authorised=frozenset({key})), "review") == []


@pytest.mark.article("xartvu-12")
def test_secrecy_is_confirmed_by_those_who_approved():
    """Both items of the confirmation."""
    assert found(matter("xartvu", ticked=frozenset({"no_secret"})), "review") == [
        ("secrecy_confirmation", "xartvu-12", "block")
    ]


@pytest.mark.article("xartvu-12")
def test_a_marking_of_secrecy_is_found_with_its_place():
    """In the body, and behind a picture."""
    given = matter("xartvu", body="<p>机密★</p><p><img alt='内部资料' src=''></p>")
    places = [
        one.problem.place for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "secrecy_markings"
    ]
    assert [place["field"] for place in places] == ["body", "body.img.alt"]
    assert given.content.body[places[0]["start"] : places[0]["end"]] == "机密★"


@pytest.mark.article("ruian-6.2")
@pytest.mark.article("gpnu-10")
@pytest.mark.article("xartvu-10")
@pytest.mark.parametrize(
    ("book", "article"), [("ruian", "ruian-6.2"), ("gpnu", "gpnu-10"), ("xartvu", "xartvu-10")]
)
def test_an_unticked_item_of_the_checklist_is_an_objection(book, article):
    """Whoever approved without confirming it."""
    given = matter(book, unticked=(Text(zh="没有错别字", en="No typos"),))
    assert found(given, "review") == [("checklist_complete", article, "block")]


@pytest.mark.article("ruian-6.2")
@pytest.mark.parametrize("where", ["title", "body", "credits", "alt"])
def test_personal_data_is_found_wherever_readers_may_meet_it(where):
    """And the finding does not repeat it."""
    number = "13812345678"
    fields = {
        "title": {"title": number},
        "body": {"body": f"<p>138<b>1234</b>5678</p>{PICTURES}"},
        "credits": {"credits": dict.fromkeys(("editor", "pictures", "layout", "text"), number)},
        "alt": {"body": f"<p>字</p>{PICTURES}".replace("<img", f'<img alt="{number}"')},
    }
    given = matter("ruian", **fields[where])
    hits = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "personal_data"]
    assert hits
    assert all(one.override_role == "office_head" for one in hits)
    assert number not in repr([(one.message, one.problem.place) for one in hits])


@pytest.mark.article("ruian-6.3")
@pytest.mark.article("gpnu-14")
@pytest.mark.article("xartvu-10")
@pytest.mark.parametrize(
    ("book", "article"), [("ruian", "ruian-6.3"), ("gpnu", "gpnu-14"), ("xartvu", "xartvu-10")]
)
def test_the_sender_asks_for_approval_and_role_again(book, article):
    """At sending both are held against the same clauses as at planning."""
    denied = Denied(Text(zh="尚未获得批准。", en="Not approved."))
    given = matter(book, roles=frozenset(), approval=denied)
    assert {("approved", article, "block"), ("published_by", article, "block")} <= set(found(given, "send"))


@pytest.mark.article("gpnu-8")
@pytest.mark.article("xartvu-11")
@pytest.mark.parametrize(
    ("book", "article", "role"),
    [("gpnu", "gpnu-8", "unit_leader"), ("xartvu", "xartvu-11", "publisher_head")],
)
def test_personal_data_waits_for_the_role_each_regulation_names(book, article, role):
    """The same finding, under each regulation's own article and role."""
    given = matter(book, body=f"<p>联系人 13812345678</p>{PICTURES}")
    (hit,) = [one for one in checks.find(given, checks.Stage.SUBMIT) if one.rule == "personal_data"]
    assert (hit.article_ref, hit.override_role, hit.force.value) == (article, role, "block")


@pytest.mark.article("ruian-11")
@pytest.mark.parametrize(
    ("day", "hour", "lawful"),
    [
        (24, 16, True),
        (24, 15, False),
        (24, 18, False),
        (24, 20, True),
        (24, 21, False),
        (28, 10, True),
        (29, 3, True),
    ],
)
def test_windows_bind_working_days_only(day, hour, lawful):
    """16–18 and 20–21, the ends excluded; the weekend is free."""
    given = matter("ruian", due_at=datetime(2026, 11, day, hour, tzinfo=CHINA), category="light")
    assert (("window", "ruian-11", "block") not in found(given, "send")) is lawful


@pytest.mark.article("ruian-11")
def test_a_holiday_on_a_weekday_is_free_and_a_make_up_saturday_is_not():
    """By the calendar, not by the name of the day."""
    days = {date(2026, 11, 24): DayMark(working=False), date(2026, 11, 28): DayMark(working=True)}
    calendar = WorkCalendar(days=days)
    holiday = matter("ruian", calendar=calendar, due_at=datetime(2026, 11, 24, 9, tzinfo=CHINA))
    make_up = matter("ruian", calendar=calendar, due_at=datetime(2026, 11, 28, 9, tzinfo=CHINA))
    assert found(holiday, "send") == []
    assert found(make_up, "send") == [("window", "ruian-11", "block")]


@pytest.mark.article("ruian-16")
@pytest.mark.parametrize(("minutes", "lawful"), [(0, True), (1, False)])
def test_half_a_workday_is_counted_to_the_minute(minutes, lawful):
    """Nine working hours a day: four and a half before 16:30 is noon."""
    given = matter(
        "ruian",
        due_at=datetime(2026, 11, 24, 16, 30, tzinfo=CHINA),
        reached_at=NOON + timedelta(minutes=minutes),
    )
    assert (("lead_time", "ruian-16", "block") not in found(given, "schedule")) is lawful


@pytest.mark.article("ruian-12")
def test_what_was_not_planned_or_ready_ahead_is_warned_of():
    """The week's plan is made before the week; copy is ready an hour ahead; breaking news is excused."""
    due = datetime(2026, 11, 24, 16, 30, tzinfo=CHINA)
    late = {"due_at": due, "reached_at": NOON, "planned_at": NOON, "approved_at": due - timedelta(minutes=30)}
    assert found(matter("ruian", **late), "schedule") == [
        ("planned", "ruian-12", "warn"),
        ("copy_ready", "ruian-12", "warn"),
    ]
    assert found(matter("ruian", classes=["breaking_news"], **late), "schedule") == []


@pytest.mark.article("ruian-10")
def test_weekend_matter_is_light():
    """Saturday and Sunday by name, whatever the calendar."""
    saturday = {
        "due_at": datetime(2026, 11, 28, 10, tzinfo=CHINA),
        "reached_at": NOON,
        "approved_at": NOON,
        "planned_at": NOON - timedelta(days=7),
    }
    assert found(matter("ruian", category="study", **saturday), "schedule") == [
        ("category_by_day", "ruian-10", "warn")
    ]
    assert found(matter("ruian", category="light", **saturday), "schedule") == []


def test_links_outside_the_allowed_hosts_are_found_with_their_place():
    """Sub-domains are allowed, look-alikes are not."""
    check = Check(article="x-1", at=(Stage.SUBMIT,), rule="link_hosts", params=LinkHosts(hosts=("edu.cn",)))
    body = '<p><a href="https://www.edu.cn/a">a</a><a href="https://edu.cn.evil.example/">b</a><a href="https://notedu.cn/">c</a></p>'
    given = matter("gpnu", body=body, source_url="https://x.example/")
    places = [problem.place for problem in RULES["link_hosts"](given, check)]
    assert [place["excerpt"] for place in places] == [
        "https://edu.cn.evil.example/",
        "https://notedu.cn/",
        "https://x.example/",
    ]
    assert given.content.body[places[0]["start"] : places[0]["end"]] == "https://edu.cn.evil.example/"


def test_an_unregistered_account_is_found():
    """Without a filing number, where a rulebook asks for one."""
    check = Check(article="x-1", at=(Stage.SEND,), rule="registered_account", params=CheckParams())
    assert list(RULES["registered_account"](matter("gpnu", registered=False), check))
    assert not list(RULES["registered_account"](matter("gpnu"), check))


@pytest.mark.parametrize(
    ("changes", "rule", "force"),
    [
        ({"title": "字" * 65}, "platform.title_length", "block"),
        ({"title": "字" * 40}, "platform.title_length", "warn"),
        ({"author_line": "字" * 17}, "platform.author_line_length", "block"),
        ({"digest_text": "字" * 121}, "platform.digest_text_length", "block"),
        ({"body": "<p>" + "字" * 20_001 + "</p>"}, "platform.body_length", "block"),
        ({"cover": ""}, "platform.cover", "block"),
        ({"body": '<p><img data-lost="cdn.example"></p>'}, "platform.lost_picture", "block"),
    ],
)
def test_what_the_platform_would_refuse_is_said_before_it_does(changes, rule, force):
    """No regulation is cited, because none says it."""
    told = [(name, str(how.value)) for name, how, _ in platform.problems(matter("ruian", **changes))]
    assert told == [(rule, force)]


def test_a_platform_served_by_hand_has_no_bounds_of_its_own():
    """Nobody has told us any."""
    given = matter("ruian", title="字" * 100, cover="")
    assert not list(platform.problems(replace(given, facts=replace(given.facts, platform="newspaper"))))


def test_exactly_the_rules_that_exist_are_registered_as_enforced():
    """The coverage page is told the truth: a rule without a function is declared, not enforced."""
    enforced = {name.removeprefix("check:") for name in registered() if name.startswith("check:")}
    assert enforced == set(RULES)
    assert enforced <= set(CHECK_RULES)


def test_amounts_come_from_the_rulebook():
    """A laxer lead time in the file is a laxer rule, without touching code."""
    check = next(one for one in BOOKS["ruian"].of_kind(Check) if one.rule == "lead_time")
    given = matter(
        "ruian", due_at=datetime(2026, 11, 24, 16, 30, tzinfo=CHINA), reached_at=NOON + timedelta(hours=4)
    )
    assert list(RULES["lead_time"](given, check))
    shorter = replace(check.params.minimum, amount=Decimal("0.01"))
    assert not list(RULES["lead_time"](given, replace(check, params=replace(check.params, minimum=shorter))))
