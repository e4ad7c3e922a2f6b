"""Corrections and re-publications: reviewed anew, pushed anew, and each names the other (更正、重发)."""

import pytest

from guanhao.contents.following import chain_of, follow, may_follow
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.publishing.types import JobState
from guanhao.web.work import access
from tests.publishing.test_asking import again
from tests.publishing.world import DUE


@pytest.fixture
def out(world):
    """A student's article that is out."""
    job = world.staged()
    world.time.to(DUE)
    world.work(seconds=20)
    assert again(job).state == JobState.PUBLISHED
    return again(job)


def article_of(job):
    return job.items.get().revision.article


def test_a_correction_starts_from_what_was_published_and_needs_its_own_approval(world, out):
    """The same content, a draft again, no case and no approval; the first stays as it is."""
    first = article_of(out)
    later = follow(**world.who("ruian-student"), article=first, how="correction")
    assert later.working["body"] == first.current.content["body"]
    assert (later.state, later.case, later.current) == ("draft", None, None)
    assert (later.follows, later.following) == (first, "correction")
    first.refresh_from_db()
    assert first.state == "published"
    (event,) = Event.objects.filter(action="article.followed")
    assert (event.subject_id, event.facts["by"], event.facts["how"]) == (
        str(first.pk),
        later.pk,
        "correction",
    )


def test_the_office_corrects_a_students_article_in_its_own_name(world, out):
    """Not in the student's; so it runs on the office's route, and the student's hand still bars the student."""
    first = article_of(out)
    assert may_follow(world.editor, first)
    later = follow(**world.who("ruian-editor"), article=first, how="again")
    assert (later.contributor_kind, later.owner_unit.name) == ("office", "办公室")
    assert world.cast.people["ruian-student"].pk in set(later.hands.values_list("person", flat=True))


@pytest.mark.parametrize("who", ["ruian-section-head", "ruian-career-head", "ruian-tech"])
def test_strangers_to_the_article_and_to_the_accounts_unit_do_not(world, out, who):
    """Neither another section nor the technical unit."""
    with pytest.raises(Refused):
        follow(**world.who(who), article=article_of(out), how="correction")


def test_only_what_was_published_is_corrected_and_in_one_of_two_ways(world, out):
    """A planned one is edited or cancelled instead."""
    planned = world.approved("另一篇").article
    with pytest.raises(WrongState):
        follow(**world.who("ruian-student"), article=planned, how="correction")
    with pytest.raises(Refused):
        follow(**world.who("ruian-student"), article=article_of(out), how="x")


def test_the_chain_is_seen_from_either_end(world, out):
    """The original, its correction, and the correction's re-publication, oldest first, wherever one looks from."""
    first = article_of(out)
    second = follow(**world.who("ruian-student"), article=first, how="correction")
    assert chain_of(first) == chain_of(second) == [first, second]
    alone = world.approved("别的").article
    assert chain_of(alone) == [alone]


def test_public_receipts_name_each_other_only_when_both_are_out(world, out):
    """Before the correction is out the original's receipt says nothing of it; afterwards each links to the other."""
    first = article_of(out)
    follow(**world.who("ruian-student"), article=first, how="correction")
    assert access.publication(out.mark).after == ()
    revision = world.approved("技能月开幕（更正）")
    type(first).objects.filter(pk=revision.article_id).update(follows=first, following="correction")
    job = world.staged(world.planned(revision, due=DUE.replace(day=24)))
    world.time.to(DUE.replace(day=24))
    world.work(seconds=20)
    assert again(job).state == JobState.PUBLISHED, again(job).cause
    (after,) = access.publication(out.mark).after
    (before,) = access.publication(job.mark).before
    assert (after.how, after.title, after.mark) == ("更正", "技能月开幕（更正）", job.mark)
    assert (before.how, before.mark) == ("更正", out.mark)
