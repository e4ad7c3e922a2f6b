"""Pages as a first-step reviewer without special rights sees them: 3 warm-up calls, 20 measured, queries apart."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median, quantiles

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.world import COMMON_WORD, RARE_WORD, World
from guanhao.web.belonging import BACKEND

WARM_UP = 3
MEASURED = 20


@dataclass(frozen=True, slots=True)
class Page:
    """One page's figures: milliseconds (of the clock, and of the processor on average) and queries."""

    key: str
    median_ms: float
    cpu_ms: float
    p95_ms: float
    queries: int


def addresses(world: World) -> dict[str, str]:
    """The pages of docs/bench.md, by key."""
    account = world.demonstration.accounts["flagship"].pk
    return {
        "home": reverse("desk"),
        "listing": f"{reverse('articles')}?tab=all&account={account}",
        "review_report": f"{reverse('review')}?tab=done",
        "history": reverse("ledger"),
        "search": f"{reverse('search')}?q={COMMON_WORD}",
        "search_rare": f"{reverse('search')}?q={RARE_WORD}",
    }


def measure(world: World, sign_in: str, *, ledger_reader: str) -> list[Page]:
    """Measure every page for one person; the ledger's, which a section head may not open, for one who may."""
    readers = {key: ledger_reader if key == "history" else sign_in for key in addresses(world)}
    return [_page(_client(world, readers[key]), key, address) for key, address in addresses(world).items()]


def _client(world: World, sign_in: str) -> Client:
    client = Client(raise_request_exception=True)
    user = world.demonstration.people[sign_in].user
    assert user is not None
    client.force_login(user, backend=BACKEND)
    return client


def _page(client: Client, key: str, address: str) -> Page:
    for _ in range(WARM_UP):
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004
            raise RuntimeError(f"{key} ({address}) answered {answer.status_code}.")
    times, busy = [], time.process_time()
    for _ in range(MEASURED):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    busy = (time.process_time() - busy) / MEASURED * 1000
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return Page(key, median(times), round(busy, 1), quantiles(times, n=20)[-1], len(queries))
