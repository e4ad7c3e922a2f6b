"""What tests of custody share: the flagship with two holders and a password, and a sandbox behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.core.tenancy import within
from guanhao.custody import actions, revealing
from guanhao.people.access import actor_of
from guanhao.registry.models import Holder, Secret
from tests.publishing.conftest import running_sandbox, sandbox, time, world

__all__ = ["running_sandbox", "sandbox", "time", "world"]

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=CHINA)
CANARY = "canary-Passw0rd-密"
SESSION = "session-of-the-holder"


class House:
    """One institution's flagship: holders are ruian-editor (slot 1) and ruian-editor-2 (slot 2)."""

    def __init__(self, cast, now):
        self.cast, self.now = cast, now
        self.account = cast.accounts["flagship"]

    def person(self, name):
        return self.cast.people[f"ruian-{name}"]

    def actor(self, name):
        return actor_of(self.person(name))

    def set(self, value=CANARY, kind="password", by="editor"):
        return actions.replace_secret(actor=self.actor(by), account=self.account, kind=kind, value=value)

    def ask(self, who="editor", kind="password", reason="登录后台改头像", session=SESSION):
        return revealing.ask(
            actor=self.actor(who), person=self.person(who), account=self.account, kind=kind, reason=reason,
            session=session,
        )  # fmt: skip

    def open(self, token, who="editor", session=SESSION):
        reveal = revealing.find(person=self.person(who), token=token)
        return revealing.open_once(actor=self.actor(who), reveal=reveal, session=session)

    def look(self, who="editor", kind="password"):
        return self.open(self.ask(who, kind), who).value

    def later(self, **span):
        self.now[0] += timedelta(**span)


@pytest.fixture
def house(ruian):
    now = [FRIDAY]
    with clock.frozen(lambda: now[0]), within(ruian.institution):
        # The cast was set up whenever the test database was made; here it has held for a while.
        Holder.objects.update(since=FRIDAY - timedelta(days=30))
        Secret.objects.update(set_at=FRIDAY - timedelta(days=30))
        made = House(ruian, now)
        made.set()
        yield made
