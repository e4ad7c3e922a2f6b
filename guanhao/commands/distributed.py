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
    from guanhao.distributed.app import serve
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
        return _wake(options) if name == "wake" else _serve(options)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.sentence.zh}\n{trouble.sentence.en}\n")
        return NOT_DONE


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"guanhao {name}")
    known = ", ".join(Queue)
    if name == "wake":
        parser.add_argument(
            "--queues",
            default=",".join(Queue),
            help=f"逗号分隔，默认全部 / comma-separated, all by default ({known})",
        )
        return parser
    parser.add_argument(
        "--queues", required=True, help=f"逗号分隔，publish 须单独 / comma-separated, publish alone ({known})"
    )
    parser.add_argument(
        "--places",
        type=int,
        default=4,
        help="publish：同时发送数；其他：进程数（默认 4） / publish: sends at once; others: processes (default 4)",
    )
    return parser


def _require_many_hosts() -> None:
    if connection.vendor == "sqlite":
        raise Trouble(
            "分布式运行需要 PostgreSQL：SQLite 上只能有一个发布进程，请用 guanhao worker。",
            "The distributed runner needs PostgreSQL; on SQLite one process publishes: use guanhao worker.",
        )
    durability.require()


def _wake(options: argparse.Namespace) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    bell = Bell(_known(options.queues))
    threads = bell.start(stop)
    while not stop.is_set():
        bell.round()
        stop.wait(EVERY_SECONDS)
    for thread in threads:
        thread.join()
    bell.silence()
    return 0


def _serve(options: argparse.Namespace) -> int:
    queues = _known(options.queues)
    if Queue.PUBLISH in queues and len(set(queues)) > 1:
        raise Trouble(
            "publish 要单独的 Celery worker：它由一个进程统一发送，会让别的队列一直等；请只用 --queues publish 另起一个。",
            "publish needs a Celery worker of its own: one process sends for all its places, and other queues would wait for "
            "it; start another with --queues publish alone.",
        )
    serve(queues, max(options.places, 1))
    return 0


def _known(text: str) -> list[Queue]:
    try:
        return [Queue(name.strip()) for name in text.split(",")]
    except ValueError:
        known = "、".join(Queue)
        raise Trouble(
            f"没有这样的队列：{text}（有 {known}）。", f"No such queue: {text} (known: {known})."
        ) from None
