"""What the demonstration's people have been doing: every article goes through the real actions, at its own time.

Days that are over are played with the clock standing at their hours, publishing included (through the sandbox), so
that the ledger, the calendar and the records read like two weeks of work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ruamel.yaml import YAML

from guanhao.calendars.working import WorkCalendar
from guanhao.cases.eligibility import deciders
from guanhao.cases.saying import Saying
from guanhao.cases.types import Verdict
from guanhao.contents import actions as contents
from guanhao.contents.actions import Details
from guanhao.contents.assets import store_image
from guanhao.contents.days import calendar_of
from guanhao.contents.facts import facts_of, parties_of
from guanhao.contents.models import Article
from guanhao.contents.types import Channel
from guanhao.core import clock, tenancy
from guanhao.demo.institutions import ROOT, Demonstration
from guanhao.demo.pictures import draw
from guanhao.demo.sandbox import Sandbox
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.process.steps import ALL_STEPS, QUEUES
from guanhao.publishing import actions as publishing
from guanhao.publishing.answering import report_by_hand
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import AskWhy
from guanhao.registry.applications import WEIBO
from guanhao.regulation.roles import holders
from guanhao.rulebook.selection import route_for
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker

BETWEEN_DECISIONS = timedelta(minutes=14)
OFFERED = time(9, 5)  # of its day, or of the working day before
SETTLING = tuple(timedelta(seconds=s) for s in (1, 20, 60, 120, 300))  # after the hour of a push


@dataclass(frozen=True, slots=True)
class Item:
    """One invented article and how far it came."""

    raw: dict[str, Any]
    day: date
    at: time

    @property
    def stage(self) -> str:
        """draft, in_review, returned, approved, scheduled or published."""
        return str(self.raw["stage"])

    def instant(self, at: time, *, day: date | None = None) -> datetime:
        """An instant of the item's day in China."""
        return datetime.combine(day or self.day, at, clock.CHINA)


@dataclass(slots=True)
class Hours:
    """A clock that moves only when the story says that time passes."""

    now: datetime

    def __call__(self) -> datetime:
        """The story's present, in UTC as every clock's."""
        return self.now.astimezone(UTC)

    def pass_by(self, length: timedelta) -> None:
        """Let time pass."""
        self.now += length


def play(demonstration: Demonstration, sandbox: Sandbox) -> int:
    """Play the institution's story file with the platform at the same hours; answers how many articles it told."""
    path = ROOT / "demo" / f"stories-{demonstration.institution.key}.yaml"
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    with tenancy.within(demonstration.institution):
        calendar = calendar_of(demonstration.institution)
        items = [_item({"credits": data["credits"], **raw}, calendar) for raw in data["articles"]]
        with sandbox.at_once():
            for item in sorted(items, key=lambda one: (one.day, one.at)):
                _play(demonstration, sandbox, item, calendar)
    return len(items)


def _item(raw: dict[str, Any], calendar: WorkCalendar) -> Item:
    day, offset = clock.today(), int(raw.get("day", 0))
    one = timedelta(days=1)
    for _ in range(abs(offset)):
        day = calendar.next_workday(day + one) if offset > 0 else calendar.previous_workday(day - one)
    return Item(raw, day, time.fromisoformat(raw.get("at", "10:00")))


def _play(demonstration: Demonstration, sandbox: Sandbox, item: Item, calendar: WorkCalendar) -> None:
    hours = Hours(_offered_at(item, calendar))
    with clock.frozen(hours):
        article = _offer(demonstration, item)
        if item.stage == "draft":
            return
        person = article.contributor
        contents.submit(actor=actor_of(person), person=person, article=article)
        article.refresh_from_db()
        _decide(article, item, hours)
        article.refresh_from_db()
        if item.stage in {"scheduled", "published"}:
            _schedule(demonstration, article, item)
        until_idle(QUEUES[Queue.CONSEQUENCES], Worker("demonstration"))
    if item.stage == "published":
        for pause in SETTLING:
            instant = item.instant(item.at) + pause
            sandbox.stand_at(instant)
            with clock.frozen(instant):
                until_idle(ALL_STEPS, Worker("demonstration"))
                _report(demonstration, article)


def _offered_at(item: Item, calendar: WorkCalendar) -> datetime:
    """What is still on its way was offered within the hour; what went out, on the morning of the working day before."""
    if item.stage in {"draft", "in_review", "returned"}:
        return clock.now() - timedelta(minutes=50)
    before = calendar.previous_workday(min(item.day, clock.today()) - timedelta(days=1))
    return item.instant(OFFERED, day=before)


def _offer(demonstration: Demonstration, item: Item) -> Article:
    raw = item.raw
    person = demonstration.people[raw["by"]]
    actor = actor_of(person)
    assets = [
        store_image(actor=actor, person=person, data=draw(f"{raw['title']}/{n}"), name=f"图{n + 1}.jpg")
        for n in range(raw["pictures"])
    ]
    pictures = [f'<p><img src="asset:{asset.digest}" alt="{raw["title"]}"></p>' for asset in assets]
    paragraphs = [f"<p>{text}</p>" for text in raw["text"]]
    body = "".join(x for pair in _interleave(paragraphs, pictures) for x in pair)
    unit = demonstration.units[raw["unit"]] if "unit" in raw else _unit_of(demonstration, person)
    return contents.create_article(
        actor=actor,
        person=person,
        account=demonstration.accounts[raw.get("account", "flagship")],
        unit=unit,
        kind=raw["kind"],
        content={
            "title": raw["title"],
            "digest_text": raw["text"][0][:50],
            "body": f"<section>{body}</section>",
            "cover": assets[0].digest if assets else "",
            "credits": _credits(demonstration, item, person),
            "source": unit.name,
        },
        details=Details(category=raw["category"], content_classes=tuple(raw.get("classes", ()))),
    )


def _credits(demonstration: Demonstration, item: Item, author: Person) -> dict[str, str]:
    """A name for each credit the rulebook knows: as the story says, the author's where it says nothing."""
    told = item.raw["credits"]
    return {key: told.get(key, author.name) for key in demonstration.rulebook.credits}


def _interleave(paragraphs: list[str], pictures: list[str]) -> Iterator[tuple[str, str]]:
    for n in range(max(len(paragraphs), len(pictures))):
        yield (paragraphs[n] if n < len(paragraphs) else "", pictures[n] if n < len(pictures) else "")


def _unit_of(demonstration: Demonstration, person: Person) -> Any:
    appointment = person.appointments.select_related("unit").first()
    return appointment.unit if appointment else next(iter(demonstration.units.values()))


def _decide(article: Article, item: Item, hours: Hours) -> None:
    """Approve step by step as far as the story goes; a returned one is returned at its first step."""
    limit = {"in_review": item.raw.get("passed", 0), "returned": 0}.get(item.stage, 99)
    assert article.case is not None
    for _ in range(limit):
        step = article.case.steps.waiting().first()
        if step is None:
            return
        hours.pass_by(BETWEEN_DECISIONS)
        _say(step, Verdict.APPROVE, "同意。")
    step = article.case.steps.waiting().first()
    if item.stage == "returned" and step is not None:
        _say(step, Verdict.RETURN, "请补充数据来源，并核对上线日期。")


def _say(step: Any, verdict: Verdict, opinion: str) -> None:
    person = deciders(step)[0]
    saying = Saying.all_ticked(step, verdict, opinion=opinion)
    contents.decide(actor=actor_of(person), person=person, step=step, saying=saying)


def _schedule(demonstration: Demonstration, article: Article, item: Item) -> None:
    publisher = _publisher(demonstration, article)
    assert article.current is not None
    publishing.schedule(
        actor=actor_of(publisher),
        person=publisher,
        account=article.account,
        revisions=[article.current],
        channel=_channel(article),
        due_at=item.instant(item.at),
    )


def _channel(article: Article) -> Channel:
    """How it goes out: a microblog whose post was fixed, or an article of a verified account, by API."""
    assert article.current is not None
    if article.account.platform == WEIBO:
        return Channel.WEIBO if article.current.content.get("status") else Channel.BY_HAND
    return Channel.WECHAT_PUBLISH if article.account.verified else Channel.BY_HAND


def _publisher(demonstration: Demonstration, article: Article) -> Person:
    role = route_for(demonstration.rulebook, facts_of(article, demonstration.rulebook)).published_by
    assert role is not None
    publisher = holders(role, parties_of(article), demonstration.rulebook).first()
    assert publisher is not None
    return publisher


def _report(demonstration: Demonstration, article: Article) -> None:
    """Whoever holds the account published it by hand and gives the link."""
    job = PublishJob.objects.filter(push__items__revision=article.current, ask_why=AskWhy.BY_HAND).first()
    if job is None:
        return
    publisher = _publisher(demonstration, article)
    report_by_hand(
        actor=actor_of(publisher),
        person=publisher,
        job=job,
        links=[f"https://mp.weixin.qq.com/s/demo-{job.mark[:12]}"],
        note="演示：手工发布后登记链接。",
    )
