"""A database restored into the past on another machine, in the middle of a stream, while the old publishers still run (K9)."""

import random
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from guanhao.core import tenancy
from guanhao.ledger import keys
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.publishing import actions, checks
from guanhao.publishing.models import Stop
from tests.batteries.battery import EVENING
from tests.batteries.crew import Crew
from tests.batteries.places import child_settings, moved, surroundings
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE
from tests.support.forks import Forks

RATE = 10.0
PUSHES = 60
COMMAND = "tests.batteries.workers:command"


class Machine:
    """Processes over one database: publishers, and the operator's commands. Its time is everybody's."""

    def __init__(self, forks, home, pace):
        self.forks, self.home, self.crew = forks, home, Crew(forks, home / "publishers.log", child_settings())

    def does(self, *words):
        """One `guanhao` command as a process of its own."""
        said = self.home / "commands.log"
        code = self.forks.start(COMMAND, *map(str, words), says=said, settings=child_settings()).wait(300)
        assert code == 0, said.read_text()[-3000:]


@contextmanager
def machine(home, pace):
    """A machine over the database that the connection names just now."""
    home.mkdir(exist_ok=True)
    loaded = ["tests.batteries.workers", "guanhao.process.steps", "guanhao.commands.managed"]
    with Forks(surroundings(), loaded, pace.path) as forks:
        made = Machine(forks, home, pace)
        with made.crew:
            yield made


@pytest.fixture
def elsewhere(tmp_path):
    """The name of an empty database on another machine."""
    if connection.vendor == "sqlite":
        yield str(tmp_path / "second" / "guanhao.sqlite3")
        return
    given = connection.settings_dict
    name = f"{given['NAME']}_restored"
    server = {
        "host": given["HOST"],
        "port": given["PORT"] or 5432,
        "user": given["USER"],
        "dbname": "postgres",
    }
    with psycopg.connect(**server, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield name
    with psycopg.connect(**server, autocommit=True) as link:
        link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def second(tmp_path, settings):
    """Step over to another machine: a directory, an epoch file and uploads of its own; the keys were kept elsewhere."""

    @contextmanager
    def over_there(name):
        home = tmp_path / "second"
        home.mkdir()
        settings.EPOCH_PATH = home / "keys" / "epoch"
        settings.MEDIA_ROOT = home / "media"
        with moved(NAME=name):
            yield home

    return over_there


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K9")
@pytest.mark.requirement("BK2")
def test_of_a_stream_restored_into_the_past_nothing_is_lost_and_nothing_doubled(
    battery, elsewhere, second, pace, tmp_path
):
    """Backed up and restored while it runs; both machines are up for a while; two people release and answer."""
    dice = random.Random(battery.seed)
    size = 1 if connection.vendor == "sqlite" else 2
    backup, lost = tmp_path / "backup.tar", connection.settings_dict["NAME"]
    battery.stream.plan(mixed(PUSHES), spread(DUE, PUSHES, timedelta(minutes=20)))
    keys.create_if_missing()
    with machine(tmp_path / "first", pace) as first:
        battery.run_from(DUE - timedelta(minutes=4), RATE)
        first.crew.start(size)
        battery.until(lambda: battery.stream.accepted() >= PUSHES // 4, 400)
        first.does("backup", backup)
        reached = battery.stream.accepted()
        battery.until(lambda: battery.stream.accepted() >= reached + PUSHES // 5, 400)
        battery.goes_on(dice.uniform(0, 30))
        with second(elsewhere) as home, machine(home, pace) as other:
            other.does("restore", backup)
            kept = battery.stream.intents()
            other.crew.start(size)
            battery.goes_on(
                dice.uniform(60, 120)
            )  # The lost machine goes on for a while, as one that hangs may.
            first.crew.kill_all()
            battery.goes_on(120)
            assert held_everywhere()
            assert battery.stream.intents() == kept
            battery.settle(900)
            other.crew.kill_all()
            with moved(NAME=lost):
                forgotten = battery.stream.intents() - kept
            judged = battery.judge(
                f"restored into the past, {forgotten} sends forgotten", forgotten=forgotten, restores=1
            )
            assert judged.asked["restored"]
            battery.crew = other.crew
            released()
            battery.answer_all(size, at=EVENING)


def held_everywhere():
    """Whether every institution that publishes is stopped by the system itself."""
    with tenancy.everywhere("a battery looks at all institutions' stops"):
        return (
            Stop.objects.filter(by=None, lifted_at__isnull=True).values("institution").distinct().count() >= 2
        )


def released():
    """In every institution two people who may lift the stop."""
    with tenancy.everywhere("a battery looks at all institutions' stops"):
        stops = list(Stop.objects.filter(lifted_at__isnull=True).select_related("institution"))
    for halt in stops:
        with tenancy.within(halt.institution):
            two = [one for one in Person.objects.filter(active=True).order_by("pk") if checks.may_stop(one)][
                :2
            ]
            assert len(two) == 2, halt.institution.key
            for person, act in zip(two, (actions.ask_lift, actions.lift), strict=True):
                act(actor=actor_of(person), person=person, halt=halt)
