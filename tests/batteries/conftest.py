"""Batteries run publishers as real processes on a time that runs fast, against a sandbox of its own process."""

import json
import os
import random
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from guanhao.core import clock
from tests.batteries.battery import Battery
from tests.batteries.crew import Crew
from tests.batteries.places import child_settings, surroundings
from tests.batteries.stream import Stream
from tests.publishing.weibo_world import LINKS
from tests.publishing.world import MONDAY
from tests.support.forks import Forks
from tests.support.pace import Pace
from tests.support.sandbox import RunningSandbox


def pytest_collection_modifyitems(items):
    """All of them are long."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.long)


@pytest.fixture
def seed():
    """What makes a run repeatable: printed, and taken from GUANHAO_SEED where it is given."""
    return int(os.environ.get("GUANHAO_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


@pytest.fixture
def say(request, seed):
    """Put a figure where `make test-long` leaves it, with what repeats the run: in words, and to be summed in numbers."""

    def write(sentence, **figures):
        place = Path(django_settings.BASE_DIR) / "build"
        place.mkdir(exist_ok=True)
        with (place / "batteries.txt").open("a", encoding="utf-8") as file:
            file.write(f"{connection.vendor} · {request.node.name} · GUANHAO_SEED={seed}\n    {sentence}\n")
        if figures:
            kept = {"database": connection.vendor, "test": request.node.name, "seed": seed, **figures}
            with (place / "batteries.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(kept) + "\n")

    return write


@pytest.fixture
def sandbox(tmp_path, settings, monkeypatch):
    """A platform in a process of its own that our client may speak to."""
    with RunningSandbox.in_process(tmp_path / "sandbox") as running:
        monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
        settings.WECHAT_BASE_URL = settings.WEIBO_BASE_URL = running.base_url
        settings.JOB_LINK_URL = LINKS
        yield running


@pytest.fixture
def pace(tmp_path, sandbox):
    """The time of everybody; it stands still on Monday morning until `run_from` lets it go."""
    pace = Pace(tmp_path / "pace")
    pace.set(MONDAY, rate=0.0)
    sandbox.control("clock", freeze=MONDAY.timestamp())
    with clock.frozen(pace):
        yield pace
    pace.close()


@pytest.fixture
def stream(pace, db, sandbox, settings, tmp_path):
    """Approved pushes of two institutions on three channels."""
    settings.EPOCH_PATH = tmp_path / "keys" / "epoch"
    return Stream(pace, sandbox)


@pytest.fixture
def database():
    """Where everybody's database is; a battery that needs one of its own moves it there first."""


@pytest.fixture
def wire():
    """What a publisher's environment says of the way to the database besides; a battery may lay another."""
    return {}


@pytest.fixture
def crew(stream, pace, database, wire, tmp_path):
    """Publishers that can be started, stopped, killed and paused."""
    loaded = ["tests.batteries.workers", "guanhao.process.steps"]
    with (
        Forks(surroundings() | wire, loaded, pace.path) as forks,
        Crew(forks, tmp_path / "publishers.log", child_settings()) as crew,
    ):
        yield crew


@pytest.fixture
def battery(seed, pace, sandbox, stream, crew, say):
    """All of it."""
    return Battery(seed, pace, sandbox, stream, crew, say)
