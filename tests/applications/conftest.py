"""What people of the cast do with applications, in one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from guanhao.applications import actions, filling
from guanhao.applications.completing import NOTHING_DONE
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of
from guanhao.applications.types import Kind
from guanhao.cases.saying import Saying
from guanhao.demo.pictures import draw
from guanhao.documents.sealing import keep_returned
from guanhao.people.access import actor_of
from guanhao.rulebook.vocabulary import Meaning


@dataclass(slots=True)
class Desk:
    """One institution's people at work on applications."""

    cast: Any

    def person(self, who):
        return self.cast.people[who]

    def begin(self, who, kind, *, unit, account=None):
        person = self.person(who)
        return actions.begin(
            actor=actor_of(person),
            person=person,
            kind=kind,
            unit=self.cast.units[unit],
            account=self.cast.accounts[account] if account else None,
        )

    def fill(self, who, application, **stated):
        """State particulars by their names, and other fields by their keys; what is there already stays."""
        person, matter = self.person(who), matter_of(application)
        typed = dict(application.working)
        for name, value in stated.items():
            key = filling.key_of(matter, Meaning(name)) if name in set(Meaning) else name
            typed[key] = value
        return actions.save(
            actor=actor_of(person),
            person=person,
            application=application,
            serial=application.serial,
            typed=typed,
        )

    def submit(self, who, application):
        person = self.person(who)
        actions.submit(actor=actor_of(person), person=person, application=application)
        return Application.objects.get(pk=application.pk)

    def decide(self, who, application, verdict="approve", *, done=NOTHING_DONE, **more):
        """Decide whatever waits, every item ticked, with an opinion; what must be sealed on paper comes back sealed."""
        person = self.person(who)
        step = application.case.steps.waiting().get()
        if step.needs_paper and verdict == "approve":
            self.sealed(who, application)
        saying = Saying.all_ticked(step, verdict, opinion=more.pop("opinion", "同意"), **more)
        actions.decide(actor=actor_of(person), person=person, step=step, saying=saying, done=done)
        return Application.objects.select_related("account", "case").get(pk=application.pk)

    def sealed(self, who, application):
        """The scan of the sealed form comes back."""
        person = self.person(who)
        keep_returned(
            actor=actor_of(person), person=person, case=application.case, data=draw("sealed"), name="盖章.jpg"
        )

    def opening(self, who, unit, name, **more):
        """An application to open a WeChat account, filled in and handed in."""
        application = self.begin(who, Kind.OPEN_ACCOUNT, unit=unit)
        given = {
            "platform": "wechat",
            "kind": "subscription",
            "name": name,
            "purpose": "服务师生",
            "phone": "020-38250000",
        }
        return self.submit(who, self.fill(who, application, **given, **more))


@pytest.fixture
def college(gpnu):
    """广东技术师范学院 at work."""
    return Desk(gpnu)


@pytest.fixture
def radio(xartvu):
    """西安广播电视大学 at work."""
    return Desk(xartvu)


@pytest.fixture
def ruian_desk(ruian):
    """瑞安学院 at work."""
    return Desk(ruian)
