"""`manage.py jobs`: lists publishing jobs with their attempts and looks (security §4.3)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanhao.core import tenancy
from guanhao.people.models import Institution
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState


class Command(BaseCommand):
    """List an institution's jobs, newest first."""

    help = "List publishing jobs with every attempt and look."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument("institution", help="the institution's key")
        parser.add_argument("--state", choices=JobState.values, help="only jobs in this state")
        parser.add_argument("--most", type=int, default=50, help="how many (default 50)")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """List; exit code 2 for an unknown institution."""
        institution = Institution.objects.filter(key=options["institution"]).first()
        if institution is None:
            raise CommandError(f"There is no institution {options['institution']}.", returncode=2)
        with tenancy.within(institution):
            jobs = PublishJob.objects.with_record().order_by("-due_at", "-pk")
            if options["state"]:
                jobs = jobs.filter(state=options["state"])
            for job in jobs[: max(1, options["most"])]:
                told = described(job)
                self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else _line(told))


def described(job: PublishJob) -> dict[str, Any]:
    """A job as plain values; no names, no secrets."""
    return {
        "job": job.pk,
        "state": job.state,
        "account": job.account_id,
        "channel": job.channel,
        "due_at": job.due_at.isoformat(),
        "cause": job.cause,
        "revisions": job.manifest,
        "urls": [item.url for item in job.items.all()],
        "attempts": [
            {"call": one.call, "number": one.number, "effect": one.effect, "outcome": one.outcome,
             "errcode": one.errcode, "armed_at": one.armed_at.isoformat()}
            for one in job.tries.all()
        ],
        "looks": [{"at": look.at.isoformat(), "verdict": look.verdict} for look in job.looks.all()],
    }  # fmt: skip


def _line(told: dict[str, Any]) -> str:
    sends = ", ".join(
        f"{one['call']}#{one['number']} {one['outcome']}" for one in told["attempts"] if one["effect"] != "I"
    )
    return f"{told['job']:>6}  {told['state']:<10} {told['due_at']}  {told['channel']}  {sends}  {told['cause']}".rstrip()
