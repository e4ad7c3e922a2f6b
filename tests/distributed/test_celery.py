"""The steps under Celery with real brokers: each job once by the sandbox's ledger, whatever happens to broker and workers."""

import os
import signal
import subprocess
import sys
import time as wall
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from kombu import Connection

from guanhao.cli import main
from guanhao.core import clock, tenancy
from guanhao.demo.institutions import APP_SECRET
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.steps.models import Heartbeat
from guanhao.steps.types import Queue
from tests.distributed.conftest import queues_of
from tests.publishing.world import DUE, MONDAY, Time, World

ROOT = Path(__file__).resolve().parents[2]
SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
PATIENCE = 240
QUIET = 10  # seconds without a change after which nothing but looks is waited for
TITLES = [f"第{number}条" for number in range(5)]
OTHERS = [queue for queue in Queue if queue is not Queue.PUBLISH]
needs_postgres = pytest.mark.skipif(
    SQLITE, reason="The distributed runner refuses SQLite; test_it_refuses_sqlite shows it."
)


class Installation:
    """Processes of one installation on one shifted clock."""

    def __init__(self, world, broker, directory):
        self.world, self.broker = world, broker
        self.shift = directory / "shift"
        self.running = []
        self.seen, self.seen_at = None, 0.0
        self.environment = os.environ | {
            "GUANHAO_TEST_SWITCH": "1", "GUANHAO_DATABASE": "postgres", "SHIFT_FILE": str(self.shift),
            "GUANHAO_PG_NAME": str(settings.DATABASES["default"]["NAME"]), "GUANHAO_SECRET_KEY": "only-for-tests",
            "GUANHAO_KEK_PATH": str(settings.KEK_PATH), "GUANHAO_EPOCH_PATH": str(settings.EPOCH_PATH),
            "GUANHAO_LEDGER_KEY_PATH": str(settings.LEDGER_KEY_PATH), "GUANHAO_VAR": str(Path(settings.MEDIA_ROOT).parent),
            "GUANHAO_WECHAT_BASE_URL": settings.WECHAT_BASE_URL, "GUANHAO_BROKER_URL": broker.url,
            "GUANHAO_BROKER_PREFIX": broker.prefix, "GUANHAO_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "C_FORCE_ROOT": "1",
        }  # fmt: skip

    def runs_from(self, instant):
        """Let every clock run on from an instant."""
        self.world.sandbox.control("clock", freeze=instant.timestamp())
        self.world.sandbox.control("clock", resume=True)
        self.shift.write_text(str((instant - datetime.now(UTC)).total_seconds()))

    def jump(self, seconds):
        """Move every clock forward."""
        self.world.sandbox.advance(seconds)
        self.shift.write_text(str(float(self.shift.read_text()) + seconds))

    def starts(self, *command):
        """Start a process of its own group; answers it."""
        path = self.shift.with_name(f"{len(self.running)}-{command[0]}.log")
        with path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.distributed.shifted", *command],
                cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def until(self, what, told):
        """Wait for something to become true."""
        deadline = wall.monotonic() + PATIENCE
        while wall.monotonic() < deadline:
            if what():
                return
            wall.sleep(0.2)
        logs = "\n".join(
            log.read_text(errors="replace")[-1500:] for log in sorted(self.shift.parent.glob("*.log"))
        )
        raise AssertionError(f"{told}\n{logs}")

    def ends(self):
        """End every process of ours."""
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def serves(self, publishers, places):
        """Start so many Celery workers that publish, and one for everything else; answers the publishers once all are known."""
        made = [
            self.starts("celery", "--queues", "publish", "--places", str(places)) for _ in range(publishers)
        ]
        self.starts("celery", "--queues", ",".join(OTHERS), "--places", "2")
        self.starts("wake")
        self.until(lambda: publishers_heard() >= publishers, "No Celery worker was heard of.")
        return made

    def unread(self):
        """How many messages lie in each queue of the broker."""
        with Connection(self.broker.straight) as link:
            queues = queues_of(self.broker, link)
            return {
                queue: place.queue_declare().message_count for queue, place in zip(Queue, queues, strict=True)
            }

    def helped(self):
        """What bells said last that they do."""
        beats = Heartbeat.objects.filter(worker__startswith="wake-").values_list("queues", flat=True)
        return {word for beat in beats for word in beat}

    def accepted(self):
        """How often the platform accepted a publication."""
        return len(self.world.accepts())

    def states(self):
        """The states of the jobs."""
        with tenancy.within(self.world.cast.institution):
            return Counter(PublishJob.objects.values_list("state", flat=True))

    def all_published(self):
        """Whether every job is."""
        return set(self.states()) == {JobState.PUBLISHED}

    def all_settled(self):
        """Whether every job is published or asked about.

        What a killed process had armed may never have left it; that is known after twenty minutes of looks. Time is
        moved on to them once nothing else goes on, so that no push misses its own half hour meanwhile.
        """
        states = self.states()
        if set(states) <= {JobState.PUBLISHED, JobState.ASK}:
            return True
        if states != self.seen:
            self.seen, self.seen_at = states, wall.monotonic()
        elif JobState.UNKNOWN in states and wall.monotonic() - self.seen_at > QUIET:
            self.jump(60)
        return False


def publishers_heard():
    """How many processes under Celery said that they publish."""
    alive = Heartbeat.objects.filter(worker__startswith="celery/").values_list("queues", flat=True)
    return sum("publish" in queues for queues in alive)


@pytest.fixture
def installation(transactional_db, broker, ruian, sandbox, settings, tmp_path):
    """Five approved pushes for one minute, and nobody working yet."""
    settings.EPOCH_PATH = tmp_path / "epoch"
    account = ruian.accounts["flagship"]
    sandbox.account(
        appid=account.app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
    )
    with clock.frozen(Time(sandbox, MONDAY)) as _:
        world = World(ruian, Time(sandbox, MONDAY), sandbox)
        for number in range(5):
            world.planned(world.approved(f"第{number}条"))
    connections.close_all()
    made = Installation(world, broker, tmp_path)
    made.runs_from(DUE - timedelta(seconds=20))
    yield made
    made.ends()


def once_each(installation):
    """Judged by the platform's ledger alone."""
    assert installation.accepted() == 5
    assert sorted(installation.world.titles_public()) == TITLES


def once_or_asked(installation):
    """Judged likewise: what we call published is public once; what is asked about, armed by the dead, is not."""
    states = installation.states()
    assert states[JobState.PUBLISHED] == installation.accepted()
    titles = installation.world.titles_public()
    assert len(set(titles)) == len(titles) == states[JobState.PUBLISHED]
    assert set(titles) <= set(TITLES)
    assert states[JobState.ASK] <= 1, states  # An account has one public step in flight.


@needs_postgres
@pytest.mark.requirement("RS1")
@pytest.mark.requirement("RS3")
def test_purged_messages_and_a_killed_worker_cost_delay_and_nothing_else(installation):
    """Two that publish; the broker's queues are emptied and one worker killed in the midst; no push goes out twice, none is lost."""
    victim, _other = installation.serves(publishers=2, places=2)
    installation.until(lambda: installation.accepted() >= 1, "Nothing was sent.")
    os.killpg(victim.pid, signal.SIGKILL)
    with Connection(installation.broker.straight) as link:
        for queue in queues_of(installation.broker, link):
            queue.purge()
    installation.jump(65)  # over the dead worker's leases
    installation.until(installation.all_settled, "Not every push was published or asked about.")
    once_or_asked(installation)


@needs_postgres
@pytest.mark.requirement("RS2")
def test_without_a_broker_the_bell_does_the_work(installation):
    """The wire is cut before anything is due: the bell takes over at once, and each push goes out once."""
    installation.runs_from(DUE - timedelta(minutes=10))
    installation.serves(publishers=1, places=2)
    installation.broker.cut()
    installation.until(lambda: "publish" in installation.helped(), "The bell did not take over.")
    assert installation.accepted() == 0
    installation.runs_from(DUE - timedelta(seconds=2))
    installation.until(installation.all_published, "Not every push was published.")
    once_each(installation)
    assert "publish" in installation.helped()


@needs_postgres
@pytest.mark.requirement("RS7")
def test_a_bell_for_some_queues_rings_and_helps_for_those_alone(installation):
    """Where `guanhao worker` serves the others: no message lies in theirs, and the bell does nothing of theirs itself."""
    installation.starts("wake", "--queues", "look,exports")
    installation.until(lambda: installation.unread()[Queue.EXPORTS] > 1, "It did not ring twice.")
    assert {queue for queue, number in installation.unread().items() if number} == {Queue.LOOK, Queue.EXPORTS}
    installation.until(
        lambda: installation.helped() >= {"look", "exports"}, "It did not help where no worker was heard of."
    )
    assert installation.helped() == {"bell", "look", "exports"}
    assert installation.accepted() == 0


@pytest.mark.django_db
@pytest.mark.requirement("RS3")
def test_it_refuses_sqlite(monkeypatch, capsys):
    """One publisher per SQLite file; the sentence says what to use."""
    monkeypatch.setattr("django.conf.settings.BROKER_URL", "redis://127.0.0.1:9/0")
    if not SQLITE:
        monkeypatch.setattr("django.db.connection.vendor", "sqlite")
    assert main(["wake"]) == 2
    assert "use guanhao worker" in capsys.readouterr().err


@needs_postgres
@pytest.mark.django_db
@pytest.mark.requirement("RS7")
def test_what_publishes_serves_nothing_else(monkeypatch, capsys):
    """The sentence says what to start instead."""
    monkeypatch.setattr("django.conf.settings.BROKER_URL", "redis://127.0.0.1:9/0")
    assert main(["celery", "--queues", "publish,look"]) == 2
    assert "start another with --queues publish alone" in capsys.readouterr().err


@pytest.mark.parametrize(("queues", "processes"), [([Queue.PUBLISH], 1), ([Queue.LOOK, Queue.EXPORTS], 6)])
def test_places_of_a_publisher_are_sends_and_of_others_processes(monkeypatch, queues, processes):
    """One process publishes with so many slots; the others are a pool of so many."""
    monkeypatch.setattr("django.conf.settings.BROKER_URL", "redis://127.0.0.1:9/0")
    from guanhao.distributed import app

    told = []
    monkeypatch.setattr(app.app, "worker_main", told.extend)
    app.serve(queues, 6)
    assert f"--concurrency={processes}" in told
    assert "--pool=prefork" in told
    assert app.app.conf.guanhao_places == 6


def test_without_a_broker_address_it_says_what_to_write():
    """A process of its own, because the setting is read once."""
    environment = {key: value for key, value in os.environ.items() if key != "GUANHAO_BROKER_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "guanhao.cli", "wake"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=environment | {"GUANHAO_SECRET_KEY": "x"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "GUANHAO_BROKER_URL: is not set" in done.stderr
