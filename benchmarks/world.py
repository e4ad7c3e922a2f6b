"""Load N articles in 300 sections with 10 N events, the way docs/bench.md asks, quickly and with a verifiable log.

Rows are written in bulk, so loading is not what is measured; the log's hashes are real, and `verify` accepts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast

from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.types import CaseState, StepState, Verdict
from guanhao.contents import titles
from guanhao.contents.assets import store_image
from guanhao.contents.content import Content
from guanhao.contents.models import Article, ArticleHand, Revision
from guanhao.contents.types import ArticleState
from guanhao.core import clock, randomness, tenancy
from guanhao.demo.institutions import Demonstration, set_up
from guanhao.demo.pictures import draw
from guanhao.ledger import merkle
from guanhao.ledger.entries import Entry, commitment, origin
from guanhao.ledger.models import Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.people.models import Appointment, Person, Unit
from guanhao.process.models import Cursor
from guanhao.regulation.queries import in_force

SECTIONS = 300
IN_REVIEW = 40
EVENTS_EACH = 10
COMMON_WORD = "运动会"  # one title in twenty
RARE_WORD = "蓝花楹"  # one title in all
BATCH = 2_000
BODY = (
    "<section><p>" + "这一段写的是学校里平常的一天，早读、实训、讲座和晚自习依次展开。" * 8 + "</p></section>"
)


@dataclass(slots=True)
class World:
    """What was loaded."""

    demonstration: Demonstration
    sections: list[Unit]
    editors: list[Person]
    started: datetime
    cover: str  # the digest of one picture, which every article shows


def load(articles: int) -> World:
    """Fill an empty database with one institution of 300 sections and ``articles`` articles."""
    demonstration = set_up("ruian")
    with tenancy.within(demonstration.institution):
        world = _people(demonstration)
        for first in range(0, articles, BATCH):
            with transaction.atomic():
                _articles(world, range(first, min(first + BATCH, articles)))
        _events(world, articles * EVENTS_EACH)
        Cursor.objects.update_or_create(
            institution=demonstration.institution, defaults={"next_index": LogHead.objects.get().size}
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def _people(demonstration: Demonstration) -> World:
    """300 sections, each with an editor and a head; the demonstration's leader supervises all of them."""
    institution = demonstration.institution
    root = next(iter(demonstration.units.values()))
    with transaction.atomic():
        sections = Unit.objects.bulk_create(
            Unit(institution=institution, name=f"第{n:03}科", kind="section", parent=root, position=100 + n)
            for n in range(SECTIONS)
        )
        persons = Person.objects.bulk_create(
            Person(
                institution=institution,
                name=f"{word}{n:03}",
                staff_no=f"{letter}{n:03}",
                email=f"{letter}{n:03}@example.invalid".lower(),
                created_at=clock.now(),
            )
            for letter, word in (("E", "编辑"), ("H", "科长"))
            for n in range(SECTIONS)
        )
        leader = demonstration.people["ruian-leader"]
        seats = [
            (person, section, post)
            for n, section in enumerate(sections)
            for person, post in (
                (persons[n], "member"),
                (persons[SECTIONS + n], "head"),
                (leader, "supervising_leader"),
            )
        ]
        Appointment.objects.bulk_create(
            Appointment(
                institution=institution,
                person=person,
                unit=unit,
                post=post,
                since=clock.today().replace(month=1, day=1),
            )
            for person, unit, post in seats
        )
    editor = persons[0]
    picture = store_image(actor=actor_of(editor), person=editor, data=draw("bench"), name="bench.jpg")
    started = clock.now() - timedelta(days=400)
    return World(demonstration, sections, persons[:SECTIONS], started, picture.digest)


def _title(number: int) -> str:
    if number == 0:
        return f"{RARE_WORD}开了"
    return f"第{number}期{COMMON_WORD if number % 20 == 0 else '校园'}见闻"


def _content(world: World, number: int) -> Content:
    account = world.demonstration.accounts["flagship"]
    return Content.of(
        {
            "title": _title(number),
            "body": BODY,
            "cover": world.cover,
            "source": "本校",
            "credits": {"editor": "林知夏", "pictures": "无", "layout": "林知夏"},
        }
    ).meant_for(account.pk)


def _articles(world: World, numbers: range) -> None:
    """Articles with one approved revision each, and the case in which three people approved it."""
    institution, account = world.demonstration.institution, world.demonstration.accounts["flagship"]
    contents = {n: _content(world, n) for n in numbers}
    rows = Article.objects.bulk_create(
        Article(
            institution=institution,
            title=_title(n),
            contributor=world.editors[n % SECTIONS],
            contributor_kind="unit",
            owner_unit=world.sections[n % SECTIONS],
            account=account,
            category="campus_life",
            working=contents[n].to_json(),
            state=ArticleState.PUBLISHED,
            created_at=world.started + timedelta(minutes=n),
            changed_at=world.started + timedelta(minutes=n),
        )
        for n in numbers
    )
    titles.note_new(rows)
    revisions = Revision.objects.bulk_create(
        Revision(
            institution=institution,
            article=article,
            number=1,
            content=contents[n].to_json(),
            hash=contents[n].hash(),
            created_by=article.contributor,
            created_at=article.created_at,
        )
        for n, article in zip(numbers, rows, strict=True)
    )
    ArticleHand.objects.bulk_create(
        ArticleHand(institution=institution, article=a, person=a.contributor, why="wrote", at=a.created_at)
        for a in rows
    )
    _cases(world, rows, revisions)
    about = {"subject_kind": "article", "subject_id": Cast(OuterRef("pk"), CharField(max_length=60))}
    # One statement from tables that are indexed for it; telling each row's keys took two thirds of the time of all this.
    Article.objects.filter(pk__gte=rows[0].pk, pk__lte=rows[-1].pk).update(
        current=Subquery(Revision.objects.filter(article=OuterRef("pk")).values("pk")[:1]),
        case=Subquery(Case.objects.filter(institution=institution.pk, **about).values("pk")[:1]),
    )


def _cases(world: World, articles: list[Article], revisions: list[Revision]) -> None:
    force = in_force(world.demonstration.institution)
    institution = world.demonstration.institution
    cases = Case.objects.bulk_create(
        Case(
            institution=institution,
            act="release",
            label=article.title,
            subject_kind="article",
            subject_id=str(article.pk),
            subject_digest=revision.hash,
            rulebook=force.version,
            clause="ruian-6.1.release_unit",
            owner_unit=article.owner_unit,
            publisher_unit=article.account.owner_unit,
            submitted_by=article.contributor,
            state=CaseState.APPROVED,
            opened_at=article.created_at,
            closed_at=article.created_at + timedelta(hours=3),
        )
        for article, revision in zip(articles, revisions, strict=True)
    )
    _decisions(world, cases)


def _decisions(world: World, cases: list[Case]) -> None:
    """Three passed steps a case, each with its decision."""
    institution = world.demonstration.institution
    rulebook_digest = in_force(institution).version.digest
    people = world.demonstration.people
    office = world.demonstration.units["办公室"]
    deciders = (
        ("head", "section_head", "head", people["ruian-section-head"]),
        ("leader", "section_leader", "supervising_leader", people["ruian-leader"]),
        ("office", "office_editor", "editor", people["ruian-editor"]),
    )
    steps = Step.objects.bulk_create(
        Step(
            institution=institution,
            case=case,
            position=position,
            key=key,
            title_zh=key,
            article="ruian-6.1",
            role=role,
            unit=office if key == "office" else case.owner_unit,
            post=post,
            act="review",
            state=StepState.PASSED,
            opened_at=case.opened_at + timedelta(hours=position),
            closed_at=case.opened_at + timedelta(hours=position + 1),
        )
        for case in cases
        for position, (key, role, post, _person) in enumerate(deciders)
    )
    Decision.objects.bulk_create(
        Decision(
            institution=institution,
            step=step,
            person=deciders[step.position][3],
            verdict=Verdict.APPROVE,
            subject_digest=step.case.subject_digest,
            rulebook_digest=rulebook_digest,
            at=step.closed_at or step.case.opened_at,
        )
        for step in steps
    )


def _entries(world: World, start: int, end: int) -> Iterator[tuple[Entry, bytes, dict[str, str]]]:
    log = origin(world.demonstration.institution.key)
    for index in range(start, end):
        salt, data = randomness.token_bytes(16), {"actor": "编辑", "subject": f"第{index}期"}
        yield (
            Entry(
                log=log,
                index=index,
                at=world.started + timedelta(seconds=index * 6),
                action=Action.ARTICLE_SAVED.value,
                actor_kind="person",
                actor_id=str(world.editors[index % SECTIONS].pk),
                acting_for="",
                subject_kind="article",
                subject_id=str(index // EVENTS_EACH + 1),
                gesture="",
                clause="ruian-6.1.release_unit",
                facts={"serial": index % EVENTS_EACH},
                detail=commitment(salt, data),
            ),
            salt,
            data,
        )


def _events(world: World, count: int) -> None:
    """Append events in bulk, growing the same frontier that single appends grow."""
    for start in range(0, count, BATCH):
        with transaction.atomic():
            _append(world, min(BATCH, count - start))


def _append(world: World, count: int) -> None:
    institution = world.demonstration.institution
    head = LogHead.objects.select_for_update().get()
    frontier, nodes, events, details = head.tree(), [], [], []
    for entry, salt, data in _entries(world, head.size, head.size + count):
        raw = entry.to_bytes()
        leaf = merkle.leaf_hash(raw)
        frontier, completed = frontier.append(leaf)
        nodes += [
            Node(institution=institution, level=level, index=index, hash=value)
            for (level, index), value in completed
        ]
        events.append(_event(world, entry, raw, leaf))
        details.append((salt, data))
    stored = Event.objects.bulk_create(events)
    EventDetail.objects.bulk_create(
        EventDetail(institution=institution, event=event, salt=salt, data=data)
        for event, (salt, data) in zip(stored, details, strict=True)
    )
    Node.objects.bulk_create(nodes)
    head.size, head.frontier = frontier.size, [value.hex() for value in frontier.hashes]
    head.save(update_fields=["size", "frontier"])


def _event(world: World, entry: Entry, raw: bytes, leaf: bytes) -> Event:
    return Event(
        institution=world.demonstration.institution,
        index=entry.index,
        at=entry.at,
        action=entry.action,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        clause=entry.clause,
        facts=entry.facts,
        entry=raw,
        leaf_hash=leaf,
    )
