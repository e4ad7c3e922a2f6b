"""The two halves of a restore drill, each a process on a machine of its own: ``python -m tests.operating.drill HALF …``.

Before: an installation from nothing, one push published, a backup, another push published that the backup does not
know. After: an empty machine, the restore, and what people do then. The environment names database, keys and sandbox;
the last line written is what was seen, as JSON.
"""

import io
import json
import os
import sys
from contextlib import redirect_stdout
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from guanhao.cli import main as guanhao  # noqa: E402
from guanhao.core import clock, tenancy  # noqa: E402
from guanhao.demo.institutions import APP_SECRET, find, set_up  # noqa: E402
from guanhao.process.checkpoints import keep_checkpoints  # noqa: E402
from guanhao.publishing import actions  # noqa: E402
from guanhao.publishing.models import PublishJob, Stop  # noqa: E402
from guanhao.steps.types import Worker  # noqa: E402
from tests.publishing.world import DUE, Time, World  # noqa: E402
from tests.support.sandbox import RunningSandbox  # noqa: E402

TOMORROW = DUE + timedelta(days=1)
AFTER = DUE + timedelta(days=2)


def command(*argv):
    """One `guanhao` command: its exit code, and what it told as JSON where it was asked to."""
    out = io.StringIO()
    with redirect_stdout(out):
        code = guanhao(list(argv))
    text = out.getvalue()
    return {"code": code, "told": json.loads(text) if "--json" in argv and text else text}


def published(world, due, title):
    """One push, planned and brought out at its time."""
    job = world.staged(world.planned(world.approved(title), due=due))
    world.time.to(due)
    world.work(seconds=30)
    job.refresh_from_db()
    return job.state


def before(sandbox, archive):
    """Set up, publish, back up, publish what the backup does not know as sent."""
    time = Time(sandbox)
    with clock.frozen(time):
        done = {name: command(name)["code"] for name in ("init-keys", "migrate")}
        cast = set_up("ruian")
        with tenancy.within(cast.institution):
            sandbox.account(appid=cast.accounts["flagship"].app_id, secret=APP_SECRET, type="SUB",
                            principal="government", verified=True)  # fmt: skip
            world = World(cast, time, sandbox)
            done["known"] = published(world, DUE, "技能月开幕")
            job = world.planned(world.approved("校园招聘会预告"), due=TOMORROW)
            done["backup"] = command("backup", archive, "--json")
            world.staged(job)
            time.to(TOMORROW)
            world.work(seconds=30)
            job.refresh_from_db()
            done["forgotten"] = job.state
        keep_checkpoints(Worker("drill/checkpoints"))
    return done


def after(sandbox, archive):
    """Restore on an empty machine; a worker starts; the forgotten push is looked up; two people release."""
    time = Time(sandbox, TOMORROW + timedelta(minutes=10))
    with clock.frozen(time):
        done = {"restore": command("restore", archive, "--json")}
        cast = find("ruian")
        with tenancy.within(cast.institution):
            world = World(cast, time, sandbox)
            world.work(seconds=60, step=10)
            job = PublishJob.objects.get(due_at=TOMORROW)
            done["held"] = {"state": job.state, "why": job.ask_why, "accepted": len(world.accepts())}
            done["reconcile"] = command("reconcile", "--json")
            world.work(seconds=60, step=10)
            done["found"] = PublishJob.objects.get(pk=job.pk).state
            for halt in Stop.objects.filter(lifted_at__isnull=True):
                actions.ask_lift(**world.who("ruian-editor"), halt=halt)
                actions.lift(**world.who("ruian-office-head"), halt=halt)
            world.work(seconds=60, step=10)
            done["accepted"] = len(world.accepts())
            done["next"] = published(world, AFTER, "校运会安排")
        keep_checkpoints(Worker("drill/checkpoints"))
        done["audit"] = command("audit", "verify", "--json")
        done["check"] = command("check", "--offline", "--json")
        done["over_it"] = command("restore", archive, "--replace", "--json")
    return done


if __name__ == "__main__":
    half, address, path = sys.argv[1:]
    told = {"before": before, "after": after}[half](RunningSandbox(address, lambda: None), path)
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
