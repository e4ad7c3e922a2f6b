"""What tests of inspections share: 西安广播电视大学 in December, thirty accounts, and the gestures of unit and office."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.core import actors, clock
from guanhao.core.clock import CHINA
from guanhao.documents.sealing import keep_returned
from guanhao.inspections import actions, reporting, settling
from guanhao.inspections.models import Inspection
from guanhao.people.access import actor_of
from guanhao.registry.actions import add_account

CALENDAR = actors.system("inspections", "年检")
DECEMBER = datetime(2026, 12, 7, 9, tzinfo=CHINA)  # a Monday, a week into the window
LATE = datetime(2027, 1, 6, 9, tzinfo=CHINA)  # after the last day, before the last day for late ones
OVER = datetime(2027, 2, 1, 9, tzinfo=CHINA)  # after that
SCAN = b"%PDF-1.4 signed and sealed "
# Who runs and who heads the units that have accounts.
PEOPLE = {
    "招生办公室": ("xartvu-dept", "xartvu-dept-head"),
    "直属学院": ("xartvu-college", "xartvu-college-head"),
    "宣传部": ("xartvu-publicity", "xartvu-publicity-head"),
}
REGISTRAR, OFFICE_HEAD = "xartvu-office", "xartvu-office-head"


class Play:
    """The institution and what its people do in an inspection."""

    def __init__(self, cast):
        self.cast = cast

    def person(self, name):
        return self.cast.people[name]

    def account(self, number, unit):
        """One more account in use, of a unit."""
        return add_account(
            actor=actor_of(self.person(OFFICE_HEAD)),
            institution=self.cast.institution,
            platform="weibo",
            kind="microblog",
            name=f"西安电大账号{number}",
            handle=f"demo{number}",
            owner_unit=self.cast.units[unit],
            first_responsible=self.person(PEOPLE[unit][1]),
            manager=self.person(PEOPLE[unit][0]),
        )

    def open(self, year=2026, **more):
        """Open the year's round as the calendar does."""
        return actions.open_round(
            actor=CALENDAR, person=None, institution=self.cast.institution, year=year, **more
        )

    def row(self, account):
        return Inspection.objects.select_related("account", "unit", "round").get(account=account)

    def send(self, row, **changes):
        """Let the unit's operator send the report."""
        person = self.person(PEOPLE[row.unit.name][0])
        values = {
            "department": row.unit.name,
            "name": row.account.name,
            "year": "2026",
            "published": "12",
            "followers": "300",
            "report": "按时更新，没有差错。",
        }
        return reporting.submit(
            actor=actor_of(person), person=person, inspection=row, values=values | changes
        )

    def decide(self, row, name, verdict="approve", **more):
        """Let a person decide what waits about the account's report; the head brings the sealed paper."""
        row.refresh_from_db()
        person = self.person(name)
        step = Step.objects.waiting().select_related("case", "unit").get(case=row.case_id)
        if step.needs_paper and verdict == "approve":
            keep_returned(
                actor=actor_of(person), person=person, case=row.case, data=SCAN + str(row.pk).encode()
            )
        return settling.decide(
            actor=actor_of(person),
            person=person,
            step=step,
            saying=Saying.all_ticked(step, verdict, opinion=more.pop("opinion", "意见"), **more),
        )

    def sign(self, row):
        """The head of the unit signs and seals."""
        return self.decide(row, PEOPLE[row.unit.name][1])

    def through(self, row):
        """A report all the way to its pass."""
        self.send(row)
        self.sign(row)
        self.decide(row, REGISTRAR)
        return self.decide(row, OFFICE_HEAD)


@pytest.fixture
def december():
    """A Monday in the window, standing still."""
    with clock.frozen(DECEMBER):
        yield DECEMBER


@pytest.fixture
def play(xartvu, december):
    """The institution with its three demonstration accounts."""
    return Play(xartvu)


@pytest.fixture
def admissions(play):
    """The row of the admissions office's account in an open round."""
    play.open()
    return play.row(play.cast.accounts["admissions"])
