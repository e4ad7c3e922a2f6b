"""Publishers in processes of their own, by the command an operator starts (see `tests.support.forks`)."""

import sys

from django.core.management import call_command

from guanhao.cli import main


def publisher(places):
    """`manage.py worker` for the publisher's two queues until it is ended, one way or another."""
    call_command(
        "worker", "--queues", "publish,look", "--places", f"publish={places}", "--places", f"look={places}"
    )


def command(*words):
    """One `guanhao` command, as an operator gives it."""
    sys.exit(main(words))
