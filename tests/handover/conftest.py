"""Somebody who leaves 瑞安学院 with everything a person can be to an account, and who arranges it."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.handover import actions
from guanhao.handover.items import items_of
from guanhao.people.access import actor_of
from guanhao.registry.models import Account
from guanhao.registry.operators import add_operator

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=CHINA)


class Desk:
    """ruian-editor leaves: manager, holder, operator and bound administrator of the flagship."""

    def __init__(self, cast):
        self.cast, self.account = cast, cast.accounts["flagship"]
        self.office, self.leaver, self.heir = (
            cast.people[f"ruian-{name}"] for name in ("office-head", "editor", "editor-2")
        )
        Account.objects.filter(pk=self.account.pk).update(bound_administrator=self.leaver)
        self.account.refresh_from_db()
        add_operator(actor=actor_of(self.office), account=self.account, person=self.leaver)

    def by(self, person):
        return {"actor": actor_of(person), "by": person}

    def begin(self):
        return actions.begin(**self.by(self.office), person=self.leaver)

    def give(self, handover, heir=None):
        for item in items_of(self.leaver):
            if item.needs:
                actions.name_heir(
                    **self.by(self.office), handover=handover, name=item.name, heir=heir or self.heir
                )

    def signed(self, handover):
        for person in (self.leaver, self.heir):
            actions.sign(**self.by(person), handover=handover)

    def complete(self, handover):
        return actions.complete(**self.by(self.office), handover=handover)


@pytest.fixture
def desk(ruian):
    with clock.frozen(FRIDAY):
        yield Desk(ruian)
