"""`guanhao reconcile`: unsettled jobs are looked up at once, read-only, and what is proven is taken in."""

import json

import pytest

from guanhao.cli import main
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from tests.publishing.world import DUE

SUBMIT = "/cgi-bin/freepublish/submit"


def unanswered(world):
    """A push whose submit landed and whose answer was lost."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work()
    job.refresh_from_db()
    assert job.state == JobState.UNKNOWN
    return job


@pytest.mark.requirement("K2")
def test_an_unanswered_send_is_found_at_once_and_never_sent_again(world, capsys):
    """The schedule of looks need not be waited for."""
    job = unanswered(world)
    world.time.pass_(3)
    assert main(["reconcile", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["looked"], told["settled"]) == (1, 1)
    assert told["jobs"][0]["after"] == "published"
    assert PublishJob.objects.get(pk=job.pk).state == JobState.PUBLISHED
    assert len(world.accepts()) == 1


def test_a_look_that_proves_nothing_leaves_schedule_and_count_alone(world, capsys):
    """Exit code 1, and the machine's own looks go on as if nobody had asked."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="before")
    world.time.to(DUE)
    world.work()
    before, looks = PublishJob.objects.get(pk=job.pk), job.looks.count()
    assert main(["reconcile", "--lang", "en"]) == 1
    assert "unknown  It is not in the platform's list" in capsys.readouterr().out
    after = PublishJob.objects.get(pk=job.pk)
    assert (after.state, after.looks_done, after.run_after) == (
        before.state,
        before.looks_done,
        before.run_after,
    )
    assert after.looks.count() == looks + 1
    assert (after.owner, after.lease_until) == ("", None)


def test_what_is_due_later_or_elsewhere_is_left_out(world, capsys):
    """The two filters, and a wrong one."""
    unanswered(world)
    assert main(["reconcile", "--until", "2026-11-23T16:00"]) == 0
    assert "没有未定的发布任务" in capsys.readouterr().out
    assert main(["reconcile", "--institution", "gpnu"]) == 0
    assert main(["reconcile", "--institution", "nowhere"]) == 2
    assert "没有机构 nowhere" in capsys.readouterr().err
    assert main(["reconcile", "--until", "soon"]) == 2


def test_a_job_in_a_workers_hands_is_left_alone(world, capsys):
    """Its lease is respected."""
    job = unanswered(world)
    PublishJob.objects.filter(pk=job.pk).update(
        owner="another", lease_until=world.time.instant.replace(hour=23)
    )
    assert main(["reconcile", "--lang", "en"]) == 1
    assert "A worker has it in hand" in capsys.readouterr().out
