"""A post from its approval to weibo.com: what goes out is what was approved, once, and its address is kept."""

import pytest

from guanhao.core.verdicts import Refused
from guanhao.platforms.weibo.permalink import permalink
from guanhao.publishing import actions, channels, removing
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.models import Connection, ObservedCapability
from tests.publishing.weibo_world import DUE, LINKS

SHARE = "/2/statuses/share.json"
DAY = 86_400


def again(job):
    return PublishJob.objects.get(pk=job.pk)


def sent(world, job=None, seconds=30):
    """The job after its time."""
    job = world.staged(job)
    world.time.to(job.due_at)
    world.work(seconds=seconds, step=5)
    return again(job)


@pytest.mark.requirement("K1")
def test_what_goes_out_is_word_for_word_what_was_approved(weibo):
    """The frozen post, with the job's own link on the safe domain; the permalink of the id that came back is kept."""
    weibo.connect()
    revision = weibo.approved(pictures=1)
    job = sent(weibo, weibo.planned(revision))
    assert job.state == JobState.PUBLISHED, job.cause
    (post,) = weibo.posts()
    assert post["text"] == revision.content["status"]
    assert f"{LINKS}/{job.mark}" in post["text"]
    assert job.remote["mid"] == post["mid"]
    assert job.items.get().url == permalink(weibo.account.handle, post["mid"])


@pytest.mark.requirement("K9")
def test_the_link_is_fixed_at_submission_so_that_a_job_planned_anew_has_the_same(weibo):
    """A restored database that never knew the job plans it with the mark by which the post is found."""
    weibo.connect()
    revision = weibo.approved()
    first = weibo.planned(revision)
    mark = first.mark
    actions.cancel(**weibo.who("gpnu-college"), push=first.push, reason="改期")
    second = weibo.planned(revision)
    assert second.mark == mark
    assert weibo.approved("另一篇").content["status"].partition(LINKS)[2].strip("/") != mark


@pytest.mark.requirement("K9")
def test_a_post_that_a_forgotten_job_sent_is_found_before_it_is_sent_again(weibo):
    """Late jobs are looked up by their link first; nothing is doubled."""
    job = sent(weibo)
    PublishJob.objects.filter(pk=job.pk).update(state="staged", remote={}, run_after=DUE)
    weibo.time.pass_(120)
    weibo.work(seconds=5)
    assert again(job).state == JobState.PUBLISHED
    assert len(weibo.shares()) == 1


@pytest.mark.requirement("PD4")
def test_the_operators_address_goes_with_the_post_and_is_forgotten(weibo, monkeypatch):
    """Weibo wants the real address of who acts; it is kept from planning to publication, and nowhere in the record."""
    job = weibo.staged()
    assert job.operator_address == "203.0.113.9"
    monkeypatch.setattr("guanhao.platforms.weibo.client._is_public", lambda _address: True)
    weibo.time.to(job.due_at)
    weibo.work(seconds=20, step=5)
    assert again(job).operator_address is None
    assert "203.0.113.9" not in str(list(job.tries.values()))
    assert "203.0.113.9" in str(weibo.shares()[0])


@pytest.mark.requirement("PD4")
def test_a_private_address_is_never_sent(weibo):
    """An address of the building says nothing to Weibo and something to others."""
    sent(weibo)
    assert "203.0.113.9" not in str(weibo.shares()[0])  # reserved for documentation, so not a public one


def test_an_approval_taken_back_cancels_it_and_nothing_leaves(weibo):
    """Withdrawing the push before its time."""
    job = weibo.staged()
    actions.cancel(**weibo.who("gpnu-college"), push=job.push, reason="内容有误")
    weibo.time.to(DUE)
    weibo.work(seconds=20, step=5)
    assert again(job).state == JobState.CANCELLED
    assert weibo.shares() == []


def test_without_an_authorisation_that_lasts_nothing_is_planned(weibo):
    """The operator is sent to renew first, before the plan promises what cannot be kept."""
    weibo.connect()
    revision = weibo.approved()
    weibo.time.pass_(29 * DAY)
    with pytest.raises(Refused, match="续期"):
        weibo.planned(
            revision, due=weibo.time.instant.replace(hour=16, minute=30) + 2 * (DUE - DUE.replace(day=22))
        )


@pytest.mark.requirement("SE7")
def test_a_token_covered_meanwhile_holds_the_post_until_somebody_renews(weibo):
    """Nothing left us with it that counted: after the renewal the post goes out, once."""
    job = weibo.staged()
    weibo.sandbox.control("weibo/authorise", app_key=weibo.platform_app["app_key"], uid=weibo.account.handle)
    weibo.time.to(DUE)
    weibo.work(seconds=60, step=5)
    job = again(job)
    assert job.state == JobState.STAGED
    assert "重新授权" in job.cause
    assert Connection.objects.get().ended_why == "refused"
    weibo.connect()
    weibo.work(seconds=180, step=10)
    assert again(job).state == JobState.PUBLISHED, again(job).cause
    assert len(weibo.posts()) == 1


@pytest.mark.parametrize("grant", ["level", "withheld", "withdrawn"])
def test_a_right_that_weibo_denies_turns_the_account_over_to_hand(weibo, grant):
    """10005, 10014, 10020: this one comes back for an edit, and from now on the plan offers the hand."""
    job = weibo.staged()
    weibo.sandbox.control("weibo/apps/update", app_key=weibo.platform_app["app_key"], grants={"post": grant})
    weibo.time.to(DUE)
    weibo.work(seconds=20, step=5)
    assert again(job).state == JobState.REJECTED
    assert ObservedCapability.objects.get(account=weibo.account, capability="publish").state == "refused"
    with pytest.raises(Refused, match="权限"):
        weibo.submitted("第二条")


def test_a_post_taken_away_later_is_noticed(weibo):
    """Moderation hides it; the next look says so."""
    job = sent(weibo)
    weibo.sandbox.control("weibo/posts/moderate", mid=job.remote["mid"])
    weibo.work(seconds=700, step=100)
    assert again(job).state == JobState.REMOVED


@pytest.mark.parametrize("state", ["unreviewed", "reviewed"])
def test_published_is_what_the_platform_shows_the_account(weibo, state):
    """An unreviewed app's post succeeds, though only test accounts see it; the account's page says so."""
    weibo.sandbox.control("weibo/apps/update", app_key=weibo.platform_app["app_key"], state=state)
    job = sent(weibo)
    assert job.state == JobState.PUBLISHED
    assert weibo.posts()[0]["public"] is (state == "reviewed")


def taken_down(world, job):
    """The removal of the whole publication, and what it amounted to."""
    told = []
    removed = removing.take_down(channels.work_on(job, world.worker, leased=False), None, told.append)
    assert told == [removed]
    return removed


def test_a_post_is_taken_down_by_api_where_weibo_granted_it_and_again_is_no_harm(weibo):
    """The register says that the console grants it; a post that is gone counts as done."""
    weibo.register_app(may_delete=True)
    weibo.sandbox.control(
        "weibo/apps/update", app_key=weibo.platform_app["app_key"], grants={"destroy": "granted"}
    )
    job = sent(weibo)
    assert taken_down(weibo, job).done
    assert len(weibo.sandbox.effects("post.destroyed")) == 1
    assert taken_down(weibo, job).already


def test_without_that_right_it_is_a_task_by_hand(weibo):
    """Nothing is tried, and the sentence says where to do it."""
    removed = taken_down(weibo, sent(weibo))
    assert not removed.done
    assert "微博网页" in removed.sentence.zh
    assert weibo.sandbox.ledger(path="/2/statuses/destroy.json") == []


def test_a_post_by_hand_on_a_connected_account_is_confirmed_by_its_address(weibo):
    """The person pastes the link as they find it; the platform shows the post, and the report counts as confirmed."""
    weibo.connect()
    job = weibo.planned(weibo.approved(channel="by_hand"), channel="by_hand")
    weibo.time.to(job.due_at)
    weibo.work()
    posted = weibo.sandbox.control("weibo/posts", uid=weibo.account.handle, text="手工发的微博")["article_id"]
    link = permalink(weibo.account.handle, posted)
    actions.report_by_hand(**weibo.who("gpnu-college"), job=again(job), links=[link])
    weibo.work(seconds=700, step=60)
    assert job.hand_reports.get().confirmed
