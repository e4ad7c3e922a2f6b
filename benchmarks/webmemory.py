"""A web process that screens for several institutions: what it holds, and how long its first draft takes.

``python -m benchmarks.webmemory`` sets up the three demonstrations with 5 000 terms each, lists that have nothing in
common, starts the web server with one process of four threads on them, and pastes drafts of 5 000 characters into the
test box of each institution as its keeper does. Memory is the kernel's: resident, and the part no other process shares.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks import load, one  # noqa: E402
from benchmarks.screening import Maker  # noqa: E402
from benchmarks.shape import heading  # noqa: E402
from guanhao.core import tenancy  # noqa: E402
from guanhao.demo.institutions import Demonstration, set_up  # noqa: E402
from guanhao.lexicon import actions as lexicon  # noqa: E402
from guanhao.people.access import actor_of  # noqa: E402
from guanhao.screening.terms import Term  # noqa: E402

KEEPERS = {"ruian": "ruian-office-head", "gpnu": "gpnu-publicity-head", "xartvu": "xartvu-office-head"}
TERMS = 5_000
DRAFTS = 6  # of every institution
CHARACTERS = 5_000
BOX = "/screening/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_SENTENCE = "学校今天上午在图书馆报告厅召开新学期工作会议，各部门负责人参加会议并作了发言。同学们积极报名参加志愿服务活动，"


def main() -> None:
    """Measure in a fresh database that is dropped afterwards, and print one object."""
    port = int(os.environ.get("LOAD_PORT", "8899"))
    setup_test_environment(debug=False)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    figures = one.Figures(f"{len(KEEPERS)} institutions, {TERMS} terms each")
    try:
        with tempfile.TemporaryDirectory() as home:
            settings.MEDIA_ROOT = Path(home) / "media"
            call_command("init_keys", verbosity=0, stdout=io.StringIO())
            maker = Maker()
            cookies = [_with_lists(maker, key) for key in KEEPERS]
            _measure(figures, maker, cookies, port)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    told = heading("django", "granian", "numpy", web_workers=1, threads=load.THREADS)
    told["results"] = figures.results
    print(json.dumps(told, ensure_ascii=False))


def _with_lists(maker: Maker, key: str) -> str:
    """Set an institution up with lists of its own; answers its keeper's cookie."""
    demonstration: Demonstration = set_up(key)
    keeper = demonstration.people[KEEPERS[key]]
    with tenancy.within(demonstration.institution):
        lexicon.take_terms(
            actor=actor_of(keeper),
            person=keeper,
            institution=demonstration.institution,
            terms=[Term(text=word, family="unlawful") for word in maker.words(TERMS, 4, 8)],
            name=f"{key}.csv",
        )
        return load.cookie_of(keeper)


def _measure(figures: one.Figures, maker: Maker, cookies: list[str], port: int) -> None:
    with load.running(port, workers=1) as (web, _worker):
        (worker,) = _below(web.pid)
        figures.add("memory.web_started_mb", _memory(worker, "Rss"), "MiB", "lower")
        times = [
            _paste(port, cookie, _draft(maker, number)) for number in range(DRAFTS) for cookie in cookies
        ]
        figures.add("screening.web_first_draft_s", times[0], "s", "lower", characters=CHARACTERS)
        figures.add("screening.web_draft_s", sorted(times)[len(times) // 2], "s", "lower")
        own = _memory(worker, "Private_Clean") + _memory(worker, "Private_Dirty")
        figures.add("memory.web_screened_mb", _memory(worker, "Rss"), "MiB", "lower", unshared=round(own, 1))


def _draft(maker: Maker, number: int) -> str:
    lines = (f"{_SENTENCE}{maker.word(2, 3)}老师对第{number}{each}组的作品作了点评。" for each in range(75))
    return "\n".join(lines)[:CHARACTERS]


def _paste(port: int, cookie: str, draft: str) -> float:
    """Paste a draft into the test box; answers the seconds until it is judged."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("GET", BOX, headers={"Cookie": cookie})
    page = link.getresponse()
    given = (page.headers.get("Set-Cookie") or "").split(";")[0]
    token = _TOKEN.search(page.read().decode())
    if token is None:
        raise RuntimeError(f"{BOX} answered {page.status}.")
    started = time.perf_counter()
    link.request(
        "POST",
        BOX,
        urlencode({"csrfmiddlewaretoken": token[1], "text": draft}),
        {"Cookie": f"{cookie}; {given}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = link.getresponse()
    answer.read()
    if answer.status != load.OK:
        raise RuntimeError(f"A draft was answered {answer.status}.")
    return time.perf_counter() - started


def _below(process: int) -> list[int]:
    return [
        int(child)
        for child in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    ]


def _memory(process: int, kind: str) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{kind}:")) / 1024


if __name__ == "__main__":
    sys.exit(main())
