"""Re-screening what was published: in portions, with progress, pause and resume, never twice, hits by account."""

from datetime import timedelta

import pytest

from guanhao.contents import rescreening
from guanhao.contents.models import Push, PushItem, Rescreening, RescreeningHit
from guanhao.core import clock
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.steps.claims import LeaseLost
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.contents.conftest import submit
from tests.lexicon.conftest import Keeper, term

ME = Worker("test/screening")
OTHER = Worker("test/other")


@pytest.fixture
def keeper(ruian, db):
    return Keeper(ruian, "ruian-office-head")


@pytest.fixture
def published(ruian, offer):
    """Publish articles with these bodies, without going through a platform."""

    def publish(*bodies, days_ago=0):
        revisions = []
        for body in bodies:
            article = offer(ruian, "ruian-student", kind="student", unit="学生科", body=body)
            revision = submit(ruian, "ruian-student", article)
            push = Push.objects.create(
                institution=ruian.institution,
                account=article.account,
                channel="by_hand",
                due_at=clock.now() - timedelta(days=days_ago),
                state="published",
                planned_by=ruian.people["ruian-editor"],
                planned_at=clock.now(),
            )
            PushItem.objects.create(institution=ruian.institution, push=push, position=0, revision=revision)
            revisions.append(revision)
        return revisions

    return publish


def test_a_term_that_came_later_is_found_in_what_was_published_before(keeper, published):
    """With its account, its article and the clause, and the number of hits."""
    (revision, _other) = published("<p>提供代考服务。</p>", "<p>没有问题的一段话。</p>")
    keeper.take(term("代考服务"))
    row = rescreening.start(**keeper.here)
    until_idle([rescreening.read_some], ME)
    row.refresh_from_db()
    assert (row.state, row.done, row.total) == ("done", 2, 2)
    hit = RescreeningHit.objects.get(rescreening=row, rule="terms")
    assert (hit.revision, hit.account_id, hit.article_ref) == (
        revision,
        revision.article.account_id,
        "ruian-6.2",
    )
    assert Event.objects.latest("index").action == "rescreening.ended"


def test_it_works_in_portions_and_tells_how_long_it_takes(keeper, published, monkeypatch):
    """Two a time: five take three claims, and after the first the rest is known."""
    monkeypatch.setattr(rescreening, "PORTION", 2)
    published(*(f"<p>第{number}篇稿件。</p>" for number in "一二三四五"))
    row = rescreening.start(**keeper.here)
    assert rescreening.remaining(row) is None
    assert rescreening.read_some(ME)
    row.refresh_from_db()
    assert (row.done, row.state) == (2, "running")
    assert rescreening.remaining(row) is not None
    until_idle([rescreening.read_some], ME)
    row.refresh_from_db()
    assert (row.done, row.state) == (5, "done")


def test_a_paused_one_rests_and_goes_on_where_it_was(keeper, published, monkeypatch):
    """Nothing is read twice."""
    monkeypatch.setattr(rescreening, "PORTION", 1)
    published(*(f"<p>召开座谈汇{number}。</p>" for number in "一二三"))
    keeper.enter("confusable", "座谈汇", "座谈会")
    row = rescreening.start(**keeper.here)
    rescreening.read_some(ME)
    rescreening.pause(**keeper.who, rescreening=row)
    assert not rescreening.read_some(ME)
    with pytest.raises(WrongState):
        rescreening.pause(**keeper.who, rescreening=row)
    rescreening.resume(**keeper.who, rescreening=row)
    until_idle([rescreening.read_some], ME)
    assert RescreeningHit.objects.filter(rescreening=row, rule="typos").count() == 3


def test_a_worker_that_lost_its_lease_leaves_no_hits(keeper, published, monkeypatch):
    """Hits and progress are one transaction with the lease."""
    published("<p>召开座谈汇。</p>")
    keeper.enter("confusable", "座谈汇", "座谈会")
    row = rescreening.start(**keeper.here)
    read = rescreening._hits

    def robbed(row, revision):
        Rescreening.objects.filter(pk=row.pk).update(owner=OTHER.name)
        return read(row, revision)

    monkeypatch.setattr(rescreening, "_hits", robbed)
    with pytest.raises(LeaseLost):
        rescreening.read_some(ME)
    row.refresh_from_db()
    assert (row.done, RescreeningHit.objects.count()) == (0, 0)


def test_one_at_a_time_and_only_where_something_was_published(keeper, published):
    """Both are refused with a sentence."""
    with pytest.raises(WrongState, match="还没有发布过"):
        rescreening.start(**keeper.here)
    published("<p>一段话。</p>")
    row = rescreening.start(**keeper.here)
    with pytest.raises(WrongState, match="没有结束"):
        rescreening.start(**keeper.here)
    rescreening.pause(**keeper.who, rescreening=row)
    rescreening.stop(**keeper.who, rescreening=row)
    rescreening.start(**keeper.here)


def test_only_the_keeper_of_the_lists_begins_and_moves_one(ruian, keeper, published):
    """An editor does not."""
    published("<p>一段话。</p>")
    person = ruian.people["ruian-section-head"]
    who = {"actor": actor_of(person), "person": person}
    with pytest.raises(Refused):
        rescreening.start(**who, institution=ruian.institution)
    row = rescreening.start(**keeper.here)
    with pytest.raises(Refused):
        rescreening.pause(**who, rescreening=row)


def test_personal_data_in_the_archive_is_masked(keeper, published):
    """In what is kept of it."""
    published("<p>联系 0577-65123456 咨询</p>")
    rescreening.start(**keeper.here)
    until_idle([rescreening.read_some], ME)
    (hit,) = RescreeningHit.objects.filter(rule="personal_data")
    assert "65123456" not in str(vars(hit))
