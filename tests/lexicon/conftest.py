"""What tests of the lexicon share: the office of 瑞安学院 as the keeper of its lists."""

import pytest

from guanhao.lexicon import actions
from guanhao.people.access import actor_of
from guanhao.screening.force import Force
from guanhao.screening.terms import Term


def term(text, **more):
    """A term of the family every demonstration rulebook knows."""
    return Term(text=text, **{"family": "unlawful", "force": Force.BLOCK} | more)


class Keeper:
    """Changes one institution's lists as the head of its office."""

    def __init__(self, cast, who):
        self.cast = cast
        self.person = cast.people[who]
        self.who = {"actor": actor_of(self.person), "person": self.person}
        self.here = {**self.who, "institution": cast.institution}

    def take(self, *terms, name=""):
        return actions.take_terms(**self.here, terms=terms, name=name)

    def enter(self, kind, text, meaning="", **more):
        return actions.add_entry(**self.here, kind=kind, text=text, meaning=meaning, **more)

    def allow(self, unit, hit_class, wording):
        return actions.allow(**self.who, unit=unit, hit_class=hit_class, wording=wording)


@pytest.fixture
def keeper(ruian, db):
    return Keeper(ruian, "ruian-office-head")
