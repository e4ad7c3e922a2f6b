"""The cast at a working hour that the test moves, with something of everything, and a removal that two people decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.contents.assets import store_document
from guanhao.core import tenancy
from guanhao.core.actors import system
from guanhao.exports import steps
from guanhao.ledger import keys
from guanhao.people.access import actor_of
from guanhao.registry import actions as registry
from guanhao.removal import actions
from guanhao.removal.types import WAIT
from guanhao.steps.types import Worker
from tests.contents.conftest import offer, submit
from tests.process.conftest import MONDAY, follow, time

__all__ = ["follow", "offer", "time"]
WORKER = Worker("test/removal")
SETUP = system("set-up")
SECRET = "canary-of-a-leaving-institution"


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path / "exports"
    settings.MEDIA_ROOT = tmp_path / "media"
    keys.create_if_missing()


@pytest.fixture
def doing(ruian):
    """Who does something: ``doing("ruian-editor")`` is both arguments of every action."""

    def by(who):
        person = ruian.people[who]
        return {"actor": actor_of(person), "person": person}

    return by


@pytest.fixture
def full(ruian, offer, follow, doing):
    """An institution in use: an article in review, a file, a secret, notices, duties, sign-ins."""
    student = ruian.people["ruian-student"]
    submit(ruian, "ruian-student", offer(ruian, "ruian-student", kind=student.kind, unit="学生科"))
    store_document(data=b"%PDF-1.7 kept", name="材料.pdf", **doing("ruian-editor"))
    registry.set_secret(actor=SETUP, account=ruian.accounts["flagship"], kind="password", value=SECRET)
    follow()
    return ruian


@pytest.fixture
def asked(full, doing):
    """Asked for by the system administrator."""
    return actions.ask(name=full.institution.name, reason="学校改用集团平台", **doing("ruian-system"))


@pytest.fixture
def confirmed(asked, doing):
    """Confirmed by the security administrator, the last export made."""
    actions.confirm(removal=asked, **doing("ruian-security"))
    assert steps.export_one(WORKER) is True
    asked.refresh_from_db()
    return asked


@pytest.fixture
def over(confirmed, time):
    """The same, eight days later."""
    time["now"] = MONDAY + WAIT + timedelta(days=1)
    return confirmed


@pytest.fixture
def everywhere():
    """Look at all institutions."""

    def look(ask):
        with tenancy.everywhere("test"):
            return ask()

    return look
