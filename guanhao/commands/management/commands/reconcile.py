"""`guanhao reconcile`: look up every unsettled publishing job once, now. Read-only on the platforms; nothing is sent."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from guanhao.commands.operator import OperatorCommand
from guanhao.core import clock, tenancy
from guanhao.core.text import Text
from guanhao.operating.trouble import GOOD, WRONG, Trouble
from guanhao.people.models import Institution
from guanhao.publishing.models import PublishJob
from guanhao.publishing.reconciling import Reconciled, look_now
from guanhao.steps.types import Worker


class Command(OperatorCommand):
    """Ask the platforms what became of jobs that are armed, accepted, unknown or with a person."""

    help = (
        "立即核对未定的发布任务，只读，不发送；仍有未定的退出码为 1 / "
        "look up every unsettled job now, read-only; exit code 1 where some stay unsettled"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which jobs."""
        super().add_arguments(parser)
        parser.add_argument("--institution", metavar="KEY", help="只核对一个机构 / one institution only")
        parser.add_argument(
            "--until",
            metavar="TIME",
            help="只核对此时之前应发的，如 2026-11-27T16:30 / due until then (default: now)",
        )

    def carry_out(self, options: dict[str, Any]) -> int:
        """Look at each, tell each."""
        until = _instant(options["until"])
        worker = Worker.named("reconcile")
        found = [look_now(job, worker) for job in _jobs(options["institution"], until)]
        self.tell(
            {
                "looked": len(found),
                "settled": sum(one.settled for one in found),
                "jobs": [_data(one) for one in found],
            },
            [_line(one) for one in found] or [Text(zh="没有未定的发布任务。", en="No job is unsettled.")],
        )
        return GOOD if all(one.settled for one in found) else WRONG


def _instant(text: str | None) -> datetime:
    if text is None:
        return clock.now()
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None:
        raise Trouble(
            f"--until {text} 不是时间：请写成 2026-11-27T16:30。",
            f"--until {text} is no time: write 2026-11-27T16:30.",
        )
    return instant.replace(tzinfo=clock.CHINA) if is_naive(instant) else instant


def _jobs(key: str | None, until: datetime) -> list[PublishJob]:
    with tenancy.everywhere("an operator reconciles the jobs of this installation"):
        jobs = PublishJob.objects.select_related("institution", "account", "push").to_reconcile(until)
        if key is not None:
            institution = Institution.objects.filter(key=key).first()
            if institution is None:
                raise Trouble(f"没有机构 {key}。", f"There is no institution {key}.")
            jobs = jobs.filter(institution=institution)
        return list(jobs)


def _data(one: Reconciled) -> dict[str, Any]:
    return {"job": one.job, "before": one.before.value, "after": one.after.value, "settled": one.settled,
            "zh": one.sentence.zh, "en": one.sentence.en}  # fmt: skip


def _line(one: Reconciled) -> Text:
    moved = one.before.value if one.before == one.after else f"{one.before.value} → {one.after.value}"
    return Text(
        zh=f"{one.job:>6}  {moved}  {one.sentence.zh}", en=f"{one.job:>6}  {moved}  {one.sentence.en}"
    )
