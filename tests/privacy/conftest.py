"""The cast at a working hour that the test moves, an incident of this morning, and everything that follows drawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.people.access import actor_of
from guanhao.privacy import incidents
from guanhao.privacy.assessments import Assessed
from guanhao.privacy.types import IncidentFacts, IncidentKind
from tests.contents.conftest import offer
from tests.process.conftest import MONDAY, follow, time

__all__ = ["follow", "offer", "time"]


def facts(cast, **other):
    """What is known of a leak of fans' messages, noticed at nine on Monday."""
    return IncidentFacts(
        **{
            "kind": IncidentKind.LEAK,
            "title": "后台留言外泄",
            "what": "离职人员仍能登录后台，下载了留言。",
            "noticed_at": MONDAY,
            "happened_at": MONDAY - timedelta(days=1),
            "persons_number": 40,
            "persons_who": "留过言的学生",
            "data_kinds": "昵称、留言",
            "causes": "离任后没有换密码",
            "advice": "留意冒充学校的来电",
            "contact": "办公室",
            "accounts": (cast.accounts["flagship"].pk,),
        }
        | other
    )


def assessed(**other):
    """Publishing a list of prizes, written down whole."""
    return Assessed(
        **{
            "title": "公布获奖学生名单",
            "grounds": ("given",),
            "data_kinds": "姓名、班级",
            "purpose": "在公众号公布评优结果。",
            "necessity": "评优办法要求公示；只列姓名和班级。",
            "effects": "可能被陌生人搜到。",
            "risk": "middle",
            "measures": "公示七天后删除，不写学号。",
            "assessors": "陈砚秋，办公室主任",
        }
        | other
    )


@pytest.fixture
def doing(ruian):
    """Who does something: ``doing("ruian-editor")`` is both arguments of every action."""

    def by(who):
        person = ruian.people[who]
        return {"actor": actor_of(person), "person": person}

    return by


@pytest.fixture
def incident(ruian, time, doing):
    """The leak, opened by the office at the minute it was noticed."""
    return incidents.open_incident(facts=facts(ruian), **doing("ruian-editor"))
