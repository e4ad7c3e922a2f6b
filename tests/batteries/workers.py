"""Publishers in processes of their own, by the command an operator starts (see `tests.support.forks`)."""

from django.core.management import call_command


def publisher(places):
    """`manage.py worker` for the publisher's two queues until it is ended, one way or another."""
    call_command(
        "worker", "--queues", "publish,look", "--places", f"publish={places}", "--places", f"look={places}"
    )
