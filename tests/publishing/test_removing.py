"""Taking down by API: what each answer means, judged by the platform's ledger (class R, §2.2)."""

import pytest

from guanhao.platforms.types import AnswerClass
from guanhao.publishing import channels, removing
from guanhao.publishing.types import EffectClass, JobState
from tests.publishing.world import DUE

DELETE = "/cgi-bin/freepublish/delete"
pytestmark = pytest.mark.requirement("K3")


@pytest.fixture
def job(world):
    """A push of two articles that is out."""
    job = world.staged(world.planned(world.approved("头条"), world.approved("次条")))
    world.time.to(DUE)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    return job


def take_down(world, job, item=None):
    """One removal, and what was told in the transaction of its outcome."""
    told = []
    removed = removing.take_down(channels.work_on(job, world.worker, leased=False), item, told.append)
    assert told == [removed]
    return removed


def test_a_publication_is_taken_down_with_an_attempt_of_its_own(world, job):
    """All of it is gone for the public; the attempt says class R and what was asked."""
    removed = take_down(world, job)
    assert (removed.done, removed.already, removed.item) == (True, False, None)
    assert world.titles_public() == []
    tried = job.tries.get(call="article_delete")
    assert (tried.effect, tried.outcome) == (EffectClass.REMOVAL, "done")


def test_one_article_is_taken_down_and_the_others_stay(world, job):
    """The place counts from one on the platform and from nought with us."""
    removed = take_down(world, job, job.items.get(position=1))
    assert removed.done
    assert world.titles_public() == ["头条"]


def test_gone_already_counts_as_done(world, job):
    """Somebody was faster on the console, or our first answer was lost."""
    world.sandbox.fault("error", DELETE, errcode=53600, when="before")
    removed = take_down(world, job)
    assert (removed.done, removed.already) == (True, True)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "reset", "when": "after"}, AnswerClass.UNKNOWN),
        ({"kind": "error", "errcode": 48001, "when": "before"}, AnswerClass.REFUSED),
        ({"kind": "error", "errcode": 45009, "when": "before"}, AnswerClass.REFUSED_LATER),
        ({"kind": "error", "errcode": 99999, "when": "before"}, AnswerClass.UNKNOWN),
    ],
    ids=str,
)
def test_any_other_answer_is_classified_and_said_in_words(world, job, fault, outcome):
    """Unknown may be tried again, later means later, a refusal is a person's work; a second try settles it."""
    world.sandbox.fault(path=DELETE, **fault)
    removed = take_down(world, job)
    assert (removed.outcome, removed.done) == (outcome, False)
    assert removed.sentence.zh
    assert take_down(world, job).done
    assert world.titles_public() == []


@pytest.mark.parametrize("whole", [True, False], ids=["all", "one article"])
def test_a_removal_that_landed_unseen_is_found_by_reading_and_not_repeated(world, job, whole):
    """The call is not made a second time: its place could mean another article by then."""
    item = None if whole else job.items.get(position=1)
    world.sandbox.fault("reset", DELETE, when="after")
    assert take_down(world, job, item).outcome is AnswerClass.UNKNOWN
    removed = take_down(world, job, item)
    assert (removed.done, removed.already) == (True, True)
    assert len(world.sandbox.ledger(path=DELETE)) == 1
    assert world.titles_public() == ([] if whole else ["头条"])


def test_a_removal_that_did_not_arrive_is_made_again(world, job):
    """The record still shows it."""
    world.sandbox.fault("reset", DELETE, when="before")
    assert take_down(world, job).outcome is AnswerClass.UNKNOWN
    assert take_down(world, job).done
    assert len(world.sandbox.ledger(path=DELETE)) == 2
    assert world.titles_public() == []


def test_a_refused_token_is_renewed_once(world, job):
    """A removal is safe to repeat, so it is repeated at once."""
    world.sandbox.fault("error", DELETE, errcode=42001, when="before")
    assert take_down(world, job).done


def test_what_the_machine_cannot_find_is_left_to_a_person(world, job):
    """Without the platform's id nothing is sent, and the sentence says where to go."""
    job.remote = {}
    removed = take_down(world, job)
    assert removed.outcome is AnswerClass.REFUSED
    assert "公众平台" in removed.sentence.zh
    assert world.sandbox.ledger(path=DELETE) == []
