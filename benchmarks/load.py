"""An installation under the load of security.md RS6: pages at a steady rate, then what a platform pushes, over real HTTP.

``python -m benchmarks.load [ARTICLES]`` starts the web server and a worker as the operator's guide does, on the database
the environment names, and asks for pages at the rate that RS6 names for it. Requests begin at their planned times whether
or not earlier ones were answered, and an answer's time counts from the planned one, so a server that falls behind shows.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils.encoding import iri_to_uri  # noqa: E402

from benchmarks import cycles, one, pages, world  # noqa: E402
from benchmarks.shape import heading  # noqa: E402
from guanhao.core import clock, randomness, tenancy  # noqa: E402
from guanhao.inbound.actions import make_keys, renew_address  # noqa: E402
from guanhao.inbound.models import InboxItem  # noqa: E402
from guanhao.people.access import actor_of  # noqa: E402
from guanhao.people.models import Person  # noqa: E402
from guanhao.web.belonging import BACKEND  # noqa: E402
from sandbox.wechat import callback  # noqa: E402
from sandbox.wechat.callback import Callback, Envelope, Mode  # noqa: E402
from tests.batteries.places import surroundings  # noqa: E402

SECONDS = int(os.environ.get("LOAD_SECONDS", "60"))
RATES = {"postgresql": 40, "sqlite": 20}  # pages a second (RS6)
PUSHES = 100  # a second
PUSH_SECONDS = 15
WORKERS, THREADS = 2, 4  # as docs/operating.md has them
NICE = ("nice", "-n", "5")  # the worker's, as docs/operating.md has it
PLACES = 64  # requests that may be on their way at once
READERS = ("ruian-section-head", "ruian-office-head", "ruian-editor", "ruian-leader")
# How often people open what: the desk most, then a list, what waits for them, an article, a search.
MIX = {"home": 8, "listing": 4, "review_report": 3, "article": 4, "search": 1}
STARTS_WITHIN = 60
OK = 200


@dataclass(slots=True)
class Told:
    """What the answers of one phase were: milliseconds from the planned time, and the failures among them."""

    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, of_hundred: int) -> float:
        """A percentile of the times, in milliseconds."""
        return quantiles(self.times, n=100)[of_hundred - 1]


Ask = Callable[[http.client.HTTPConnection, int], http.client.HTTPResponse]


def steadily(port: int, rate: int, seconds: int, ask: Ask) -> Told:
    """Make ``rate`` requests a second for so many seconds, each at its planned time."""
    told, lock, begin = Told(), threading.Lock(), time.perf_counter() + 0.5
    numbers = iter(range(rate * seconds))

    def place() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                link.close()
                return
            planned = begin + number / rate
            time.sleep(max(0.0, planned - time.perf_counter()))
            failure = _asked(link, ask, number)
            with lock:
                told.times.append((time.perf_counter() - planned) * 1000)
                if failure:
                    told.failures.append(failure)

    threads = [threading.Thread(target=place) for _ in range(PLACES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.seconds = time.perf_counter() - begin
    return told


def _asked(link: http.client.HTTPConnection, ask: Ask, number: int) -> str:
    try:
        answer = ask(link, number)
        answer.read()
    except (OSError, http.client.HTTPException) as trouble:
        link.close()
        return type(trouble).__name__
    return "" if answer.status == OK else str(answer.status)


def page_asker(loaded: world.World) -> Ask:
    """Pages as several people open them, in a fixed mix."""
    cookies = [cookie_of(loaded.demonstration.people[name]) for name in READERS]
    known = {name: iri_to_uri(path) for name, path in pages.addresses(loaded).items()}
    dice = random.Random(7)  # noqa: S311 - the same mix every time.
    named = dice.choices(list(MIX), weights=list(MIX.values()), k=10_000)

    def ask(link: http.client.HTTPConnection, number: int) -> http.client.HTTPResponse:
        name = named[number % len(named)]
        path = f"/articles/{number % 500 + 1}/" if name == "article" else known[name]
        # An article is opened by the office, which may see every one.
        cookie = cookies[1] if name == "article" else cookies[number % len(cookies)]
        link.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "zh-CN"})
        return link.getresponse()

    return ask


def cookie_of(person: Person) -> str:
    """The cookie of a session of somebody's."""
    client, user = Client(), person.user
    assert user is not None
    client.force_login(user, backend=BACKEND)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def push_asker(loaded: world.World, port: int) -> Ask:
    """A platform that pushes sealed messages to one account, each another one."""
    office = loaded.demonstration.people["ruian-office-head"]
    account = loaded.demonstration.accounts["flagship"]
    address = renew_address(actor=actor_of(office), account=account)
    keys = make_keys(actor=actor_of(office), account=account)
    to = Callback(
        f"http://127.0.0.1:{port}/callback/wechat/{address.key}", keys.token, keys.aes_key, Mode.SAFE
    )

    def ask(link: http.client.HTTPConnection, number: int) -> http.client.HTTPResponse:
        now = int(clock.now().timestamp())
        fields = {
            "ToUserName": "gh_0123456789ab", "FromUserName": f"o{number:027}", "CreateTime": now,
            "MsgType": "event", "Event": "PUBLISHJOBFINISH",
            "PublishEventInfo": {"publish_id": str(number), "publish_status": 0},
        }  # fmt: skip
        envelope = Envelope(now, randomness.token_hex(8), account.app_id, "oUser", signed_with=keys.token)
        url, body = callback.pushed(to, fields, envelope)
        parts = urlsplit(url)
        link.request("POST", f"{parts.path}?{parts.query}", body, {"Content-Type": "text/xml"})
        return link.getresponse()

    return ask


@dataclass(frozen=True, slots=True)
class Parts:
    """What is started: the web application, and the words of a worker; ``environment`` is given to both besides."""

    application: str = "guanhao.wsgi:application"
    worker: tuple[str, ...] = ("manage.py", "worker")
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def running(
    port: int, workers: int = WORKERS, parts: Parts = Parts()
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The web server and a worker, on this process's database; yields both."""
    given = {**os.environ, **surroundings(), "GUANHAO_DEMO": "1", "GUANHAO_SECRET_KEY": settings.SECRET_KEY,
             **parts.environment}  # fmt: skip
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
           "--workers", str(workers), "--blocking-threads", str(THREADS), "--no-access-log", parts.application]  # fmt: skip
    with ExitStack() as stack:
        started = [
            stack.enter_context(subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL))  # noqa: S603 - our own.
            for command in (web, [*NICE, sys.executable, *parts.worker])
        ]
        try:
            _wait_for(port)
            yield started
        finally:
            for part in started:
                part.send_signal(signal.SIGTERM)


def _wait_for(port: int) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/sign-in/")
            if link.getresponse().status == OK:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The web server did not start.")


def resident(process: int) -> float:
    """MiB of a process and all below it."""
    below = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    own = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return own * os.sysconf("SC_PAGE_SIZE") / 2**20 + sum(resident(int(child)) for child in below)


def measured(figures: one.Figures, loaded: world.World, port: int) -> None:
    """Pages, then pushes, against the running installation."""
    rate = RATES[connection.vendor]
    with running(port) as (web, _worker):
        ask = page_asker(loaded)
        steadily(port, 5, 6, ask)  # every process has loaded what it needs
        before = resident(web.pid)
        seen = steadily(port, rate, SECONDS, ask)
        said = {
            "rate": rate,
            "failures": len(seen.failures),
            "kinds": sorted(set(seen.failures)),
            "asked": len(seen.times),
        }
        for name in (50, 95, 99):
            figures.add(f"load.pages.p{name}_ms", seen.percentile(name), "ms", "lower", **said)
        figures.add("load.pages.failed", len(seen.failures), "requests", "lower")
        figures.add(
            "load.web_rss_mb", resident(web.pid), "MiB", "lower", before=round(before, 1), processes=WORKERS
        )
        pushed = steadily(port, PUSHES, PUSH_SECONDS, push_asker(loaded, port))
        stored = InboxItem.objects.count()
        said = {"rate": PUSHES, "stored": stored, "failures": len(pushed.failures)}
        figures.add("load.callbacks_per_s", stored / pushed.seconds, "pushes/s", "higher", **said)
        figures.add("load.callbacks.p95_ms", pushed.percentile(95), "ms", "lower", **said)


def main() -> None:
    """Measure in a fresh database that is dropped afterwards."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    port = int(os.environ.get("LOAD_PORT", "8899"))
    setup_test_environment(debug=False)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as home:
            settings.MEDIA_ROOT = Path(home) / "media"
            call_command("init_keys", verbosity=0, stdout=io.StringIO())
            figures = one.Figures(f"{articles} articles")
            told = heading("django", "granian", web_workers=WORKERS, threads=THREADS)
            loaded = world.load(articles)
            with tenancy.within(loaded.demonstration.institution):
                cycles.in_review(loaded, world.IN_REVIEW)
                measured(figures, loaded, port)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    told["results"] = figures.results
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
