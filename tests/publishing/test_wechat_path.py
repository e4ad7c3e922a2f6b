"""An approved article reaches the platform, judged by the platform's own ledger."""

import pytest

from guanhao.contents.models import Article
from guanhao.publishing.types import JobState
from tests.publishing.world import DUE


@pytest.mark.article("ruian-6.3")
@pytest.mark.requirement("K2")
def test_an_approved_article_is_staged_early_sent_on_time_and_published_once(world):
    """Draft half an hour before, submit at the time, published on the platform's evidence, with its address."""
    job = world.staged()
    assert job.state == JobState.STAGED
    assert world.accepts() == []
    world.time.to(DUE)
    world.work(seconds=30)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert world.titles_public() == ["技能月开幕"]
    item = job.items.get()
    assert "技能月开幕" in world.sandbox.page(item.url)
    assert Article.objects.get(pk=item.revision.article_id).state == "published"


def article_in_the_box(world):
    return world.in_the_box()[0]["articles"][0]


@pytest.mark.requirement("K1")
def test_the_draft_holds_the_approved_content_with_pictures_source_and_credits(world):
    """Pictures re-hosted on the platform, cover of the author's choice, comment switches, by-line, digest (ruian-6.3)."""
    world.staged(world.planned(world.approved(comments_open=True)))
    article = article_in_the_box(world)
    assert (article["title"], article["author"], article["digest"]) == ("技能月开幕", "学生记者", "摘要")
    assert article["need_open_comment"] == 1
    assert article["content"].count("<img") == 2
    assert "asset:" not in article["content"]
    for line in ("来源：学生科", "林知夏", "方予安"):
        assert line in article["content"]


@pytest.mark.requirement("K2")
@pytest.mark.parametrize(
    ("own", "wanted"),
    [("", "https://school.example/v/"), ("https://school.example/a", "https://school.example/a")],
)
def test_the_jobs_link_is_used_only_where_the_author_left_it_free(world, settings, own, wanted):
    """Mark 2 is the job's link; an author's link is never replaced."""
    settings.JOB_LINK_URL = "https://school.example/v/"
    job = world.staged(world.planned(world.approved(source_url=own)))
    link = article_in_the_box(world)["content_source_url"]
    assert link.startswith(wanted)
    assert (job.mark in link) is (own == "")


def test_without_a_page_to_lead_to_the_link_stays_free(world):
    """A dead link in a published article would be worse than one mark less."""
    world.staged()
    assert article_in_the_box(world)["content_source_url"] == ""


def test_headline_and_followers_go_out_as_one_push_each_with_its_address(world):
    """Three articles, one draft, one submit; addresses in the order of the push."""
    titles = ["头条", "次条一", "次条二"]
    job = world.staged(world.planned(*[world.approved(title) for title in titles]))
    world.time.to(DUE)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    for item, title in zip(job.items.order_by("position"), titles, strict=True):
        assert title in world.sandbox.page(item.url)
    assert len(set(job.items.values_list("url", flat=True))) == 3


def test_a_text_picture_is_uploaded_once_per_account_and_a_cover_once_per_job(world):
    """Inline pictures are cached; covers are marks and therefore never shared between jobs."""
    for job in [world.planned(world.approved("甲")), world.planned(world.approved("乙"))]:
        world.staged(job)
    assert len(world.sandbox.ledger(path="/cgi-bin/media/uploadimg")) == 2
    assert len(world.sandbox.ledger(path="/cgi-bin/material/add_material")) == 2
    covers = [draft["articles"][0]["thumb_media_id"] for draft in world.in_the_box()]
    assert len(set(covers)) == 2


@pytest.mark.requirement("K2")
def test_every_write_has_an_attempt_and_the_public_one_its_grounds(world):
    """Marks, pre-observation, approvals, fence, deadline; the token is in none of it (§2.3)."""
    job = world.staged()
    world.time.to(DUE)
    world.work(seconds=20)
    job.refresh_from_db()
    calls = list(job.tries.values_list("call", "effect", "outcome"))
    assert calls == [
        ("upload_image", "I", "done"),
        ("upload_image", "I", "done"),
        ("add_material", "I", "done"),
        ("draft_add", "I", "done"),
        ("submit", "P", "done"),
    ]
    sent = job.tries.get(call="submit")
    assert sent.before["published_total"] == 0
    assert sent.marks["key"] == job.mark
    assert sent.approvals
    assert sent.deadline > sent.armed_at
    assert sent.ids["publish_id"] == job.remote["publish_id"]


def test_a_late_media_id_is_tried_again_a_few_times(world):
    """A fresh upload may not be known everywhere at once (wechat.md §4.1)."""
    world.sandbox.switch(account=world.account.app_id, media_lag=4.0)
    job = world.planned()
    world.time.to(job.run_after)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.STAGED, job.cause


@pytest.mark.parametrize(("code", "why"), [(45166, "content"), (48001, "by_hand")])
def test_a_draft_the_platform_refuses_is_put_before_a_person(world, code, why):
    """For its content: to be edited. For want of the right: to be published by hand."""
    world.sandbox.fault("error", "/cgi-bin/draft/add", errcode=code, when="before")
    job = world.staged()
    assert (job.state, job.ask_why) == (JobState.ASK, why)
    assert job.cause
