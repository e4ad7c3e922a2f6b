"""A publisher as a process of its own, that a fault point may end: ``python -m tests.publishing.worker_process``.

Arguments: the sandbox's address, the first instant, and for how many seconds of the played time to work. The environment
says which database and keys, and where to die.
"""

import os
import sys
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")


def main(address, start, seconds):
    """Work second by second; the exit code tells whether a fault point ended it."""
    django.setup()
    from guanhao.core import clock
    from guanhao.publishing import steps
    from guanhao.steps.types import Worker
    from tests.publishing.world import Time
    from tests.support.sandbox import RunningSandbox

    time = Time(RunningSandbox(address, lambda: None), datetime.fromisoformat(start))
    worker = Worker("killed/publisher-0")
    with clock.frozen(time):
        until = time.instant + timedelta(seconds=float(seconds))
        while time.instant < until:
            while any(step(worker) for step in steps.EVERYTHING):
                pass
            time.pass_(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
