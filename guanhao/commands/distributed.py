"""`guanhao wake` and `guanhao celery`: the distributed runner (docs/distributed.md). Needs the extra `distributed`.

Exit codes: 0 ended on request · 2 it cannot run here, and why.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence

import django
from django.apps import apps

if not apps.apps_ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
    django.setup()

from django.db import connection

from guanhao.core import durability
from guanhao.operating.trouble import NOT_DONE, Trouble
from guanhao.steps.types import Queue

try:
    from guanhao.distributed.app import app, broker_queue
    from guanhao.distributed.bell import EVERY_SECONDS, Bell
except ModuleNotFoundError as missing:
    raise SystemExit(
        f"缺少 {missing.name}：安装 guanhao[distributed]。\n{missing.name} is missing: install guanhao[distributed]."
    ) from None


def main(argv: Sequence[str], *, name: str) -> int:
    """Ring, or serve; answers the exit code."""
    options = _parser(name).parse_args(argv)
    try:
        _require_many_hosts()
        return _wake() if name == "wake" else _serve(options)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.sentence.zh}\n{trouble.sentence.en}\n")
        return NOT_DONE


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"guanhao {name}")
    if name == "celery":
        parser.add_argument(
            "--queues", default=",".join(Queue), help="逗号分隔，默认全部 / comma-separated, all by default"
        )
        parser.add_argument("--places", type=int, default=4, help="进程数 / processes (default 4)")
    return parser


def _require_many_hosts() -> None:
    if connection.vendor == "sqlite":
        raise Trouble(
            "分布式运行需要 PostgreSQL：SQLite 上只能有一个发布进程，请用 guanhao worker。",
            "The distributed runner needs PostgreSQL; on SQLite one process publishes: use guanhao worker.",
        )
    durability.require()


def _wake() -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    bell = Bell()
    threads = bell.start(stop)
    while not stop.is_set():
        bell.round()
        stop.wait(EVERY_SECONDS)
    for thread in threads:
        thread.join()
    bell.silence()
    return 0


def _serve(options: argparse.Namespace) -> int:
    try:
        queues = [broker_queue(Queue(text.strip())).name for text in options.queues.split(",")]
    except ValueError:
        known = "、".join(Queue)
        raise Trouble(
            f"没有这样的队列：{options.queues}（有 {known}）。",
            f"No such queue: {options.queues} (known: {known}).",
        ) from None
    app.worker_main([
        "worker", f"--queues={','.join(queues)}", f"--concurrency={options.places}", "--loglevel=INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ])  # fmt: skip
    return 0
