"""A small invented institution whose rulebook a test writes itself: the engine must not know any real one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count

from guanhao.cases import actions
from guanhao.cases.models import Case, Step
from guanhao.cases.progress import Outcome
from guanhao.cases.saying import Saying
from guanhao.cases.types import BarredWhy
from guanhao.core import actors, clock, tenancy
from guanhao.ledger.types import Subject
from guanhao.people.access import actor_of
from guanhao.people.models import Appointment, Delegation, Institution, Person, Unit
from guanhao.regulation.actions import adopt
from guanhao.regulation.types import Parties
from guanhao.rulebook.types import Facts

SYSTEM = actors.system("test", "测试")
DIGEST = "sha256:read"
UNITS = ("总部", "办公室", "甲科", "乙科")
POSTS = ("head", "leader", "editor", "member", "director")
_numbers = count(1)


def title(word: str) -> dict[str, str]:
    """A title in both languages."""
    return {"zh": word, "en": word.title()}


def step(key: str, role: str, **more: object) -> dict[str, object]:
    """A step of a route as a rulebook file writes it."""
    return {"key": key, "title": title(key), "role": role, **more}


def route(*steps: Mapping[str, object], **more: object) -> dict[str, object]:
    """A release route as a rulebook file writes it."""
    return {"act": "release", "published_by": "office_editor", "steps": list(steps), **more}


def rulebook(
    *routes: Mapping[str, object], version: str = "1", effective: str = "2020-01-01", **more: object
) -> str:
    """The text of a rulebook file (JSON is YAML) with these routes in its first article."""
    named = [{"name": f"route_{number}", **one} for number, one in enumerate(routes)]
    book: dict[str, object] = {
        "rulebook": "house",
        "version": version,
        "effective": effective,
        "document": {"title": {"zh": "本办法", "en": "These rules"}, "interpreted_by": "competent_office"},
        "institution": {"name": "总部"},
        "calendar": {"rest_weekdays": [6, 7], "workday_hours": "08:00-16:00"},
        "posts": {post: {"title": title(post)} for post in POSTS},
        "functions": {
            "competent_office": {"title": title("office"), "unit": "办公室"},
            "both": {"title": title("both"), "units": ["甲科", "乙科"]},
        },
        "roles": {
            "unit_head": {"title": title("head"), "post": "head", "of": "owner"},
            "unit_leader": {"title": title("leader"), "post": "leader", "of": "owner"},
            "above": {"title": title("above"), "post": "director", "of": "parent_of_owner"},
            "publisher_head": {"title": title("publisher"), "post": "head", "of": "publisher"},
            "office_editor": {
                "title": title("editor"), "post": "editor", "of": "function", "function": "competent_office",
            },
            "office_head": {
                "title": title("office head"), "post": "head", "of": "function", "function": "competent_office",
            },
            "both_heads": {"title": title("both heads"), "post": "head", "of": "function", "function": "both"},
            "director": {"title": title("director"), "post": "director", "of": "institution"},
            "contributor": {"title": title("contributor"), "post": "member", "of": "subject"},
        },
        "owner_kinds": {"unit": {"title": title("unit")}},
        "contributor_kinds": {"unit": {"title": title("unit")}, "student": {"title": title("student"), "person": True}},
        "platforms": {"wechat": {"title": title("wechat")}},
        "content_classes": {"sensitive": {"title": title("sensitive")}, "light": {"title": title("light")}},
        "articles": [{"no": 1, "says": title("release"), "routes": named}],
        **more,
    }  # fmt: skip
    return json.dumps(book, ensure_ascii=False)


@dataclass(slots=True)
class House:
    """The institution, its units and people by name, and the gestures tests make."""

    institution: Institution
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, *posts: str, **more: object) -> Person:
        """A person who holds posts, each written ``甲科.head``."""
        person = Person(
            institution=self.institution,
            name=name,
            created_at=clock.now(),
            **{"staff_no": f"N{next(_numbers)}", **more},
        )
        person.save()
        self.people[name] = person
        for post in posts:
            self.appoint(person, post)
        return person

    def appoint(self, person: Person, post: str) -> Appointment:
        """Give the person a post from long ago."""
        unit, _, what = post.partition(".")
        appointment = Appointment(
            institution=self.institution,
            person=person,
            unit=self.units[unit],
            post=what,
            since=date(2020, 1, 1),
        )
        appointment.save()
        return appointment

    def dismiss(self, person: Person) -> None:
        """End everything the person holds as of the day before yesterday, so that today they hold nothing."""
        person.appointments.update(until=clock.today() - timedelta(days=2))

    def delegate(self, principal: Person, deputy: Person, days: int = 7) -> Delegation:
        """Let the deputy decide for the principal, from an hour ago for some days."""
        delegation = Delegation(
            institution=self.institution,
            principal=principal,
            deputy=deputy,
            since=clock.now() - timedelta(hours=1),
            until=clock.now() + timedelta(days=days),
        )
        delegation.save()
        return delegation

    def adopt(self, *routes: Mapping[str, object], **more: object) -> None:
        """Put these routes in force."""
        adopt(actor=SYSTEM, institution=self.institution, source=rulebook(*routes, **more))

    def submit(
        self, author: Person, *, hands: Iterable[tuple[Person, BarredWhy]] | None = None, **more: object
    ) -> Case:
        """Open the release case of a new subject of 甲科, to be published by 办公室."""
        number = str(next(_numbers))
        given: dict[str, object] = {
            "actor": actor_of(author),
            "submitted_by": author,
            "act": "release",
            "subject": Subject("article", number, f"稿件{number}"),
            "digest": DIGEST,
            "facts": Facts(contributor_kind="unit", owner_kind="unit"),
            "parties": Parties(owner=self.units["甲科"], publisher=self.units["办公室"]),
            "hands": [(author, BarredWhy.WROTE)] if hands is None else hands,
        }
        return actions.open_case(**{**given, **more})

    def decide(self, person: Person, case: Case, verdict: str = "approve", **more: object) -> Outcome:
        """Let the person decide whatever waits, with every item ticked and a reason."""
        waiting: Step = more.pop("step", None) or case.steps.waiting().get()
        actor = more.pop("actor", None) or actor_of(person)
        saying = replace(Saying.all_ticked(waiting, verdict, opinion="理由"), digest=DIGEST)
        return actions.decide(actor=actor, person=person, step=waiting, saying=replace(saying, **more))


def build(key: str = "house") -> House:
    """A new institution with four units; 甲科 and 乙科 stand below 总部."""
    institution = Institution.objects.create(key=key, name="总部", created_at=clock.now())
    house = House(institution)
    with tenancy.within(institution):
        for name in UNITS:
            unit = Unit(
                institution=institution,
                name=name,
                kind="unit",
                parent=house.units.get("总部") if name != "总部" else None,
            )
            unit.save()
            house.units[name] = unit
    return house


@contextmanager
def lived_in(key: str = "house"):
    """A new institution, in scope."""
    house = build(key)
    with tenancy.within(house.institution):
        yield house
