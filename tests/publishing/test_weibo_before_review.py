"""By hand is offered before the review, not after: what keeps a text from the API is said while it is written."""

import pytest

from guanhao.contents import actions as contents
from guanhao.contents import checks
from guanhao.contents.content import Content
from guanhao.core.verdicts import Refused
from guanhao.registry import applications, connections
from guanhao.registry.types import ConnectionEnd
from tests.publishing.weibo_world import LINKS

LONG = "学院将于下周举行程序设计竞赛的决赛，欢迎全校师生到场观看。" * 8


def found(world, article):
    """What the editor shows, by its rule."""
    return {one.rule: one for one in checks.preview(article) if one.rule.startswith("platform.")}


def content_of(article):
    return Content.stored(article.current.content)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": LONG}, "超出"),
        ({"body": "今天开放 #校园开放日# 欢迎参观。"}, "话题"),
        ({"pictures": 2}, "一张|1 张"),
    ],
    ids=["length", "topics", "pictures"],
)
def test_what_the_api_does_not_take_blocks_until_it_is_mended_or_decided(weibo, changes, words):
    """Beside the reason stands the offer; submitting is refused with that same reason."""
    weibo.connect()
    article = weibo.drafted(**changes)
    shown = found(weibo, article)
    assert shown["platform.posting"].stops
    assert "platform.offer_by_hand" in shown
    with pytest.raises(Refused, match=words):
        contents.submit(**weibo.who("gpnu-college"), article=article)


def test_without_a_safe_link_it_cannot_go_by_api(weibo):
    """The installation's links are elsewhere, and the text has none of its own."""
    weibo.register_app(safe_domains=("another.example",))
    weibo.connect()
    assert "安全域名" in found(weibo, weibo.drafted())["platform.posting"].message.zh


def test_the_texts_own_safe_link_does_where_ours_is_elsewhere(weibo, settings):
    """No link of ours is possible, so the author's carries it."""
    settings.JOB_LINK_URL = ""
    weibo.connect()
    article = weibo.submitted(body="详见 https://www.college.example/news/1 欢迎报名。")
    assert LINKS not in content_of(article).status


def test_the_decision_settles_it_and_reviewers_see_it(weibo):
    """By hand the long text passes; the content that is approved says so, and the findings say why."""
    weibo.connect()
    article = weibo.submitted(body=LONG, pictures=2, channel="by_hand")
    content = content_of(article)
    assert (content.channel, content.status) == ("by_hand", "")
    finding = article.current.findings.get(rule="platform.by_hand")
    assert (finding.force, "超出" in finding.message_zh) == ("hint", True)


def test_what_was_approved_for_the_hand_is_not_sent_by_api(weibo):
    """Scheduling on the API is refused with the decision; by hand it is planned."""
    weibo.connect()
    revision = weibo.approved(channel="by_hand")
    with pytest.raises(Refused, match="审批的是手工发布"):
        weibo.planned(revision)
    assert weibo.planned(revision, channel="by_hand").channel == "by_hand"


def test_an_account_that_is_not_connected_goes_by_hand_without_being_asked(weibo):
    """Nobody has to decide what is not open; reviewers read it, and the plan keeps to it."""
    article = weibo.drafted(body=LONG, pictures=2)
    assert set(found(weibo, article)) == {"platform.not_connected"}
    revision = weibo.approved()
    assert revision.content["channel"] == "by_hand"
    weibo.connect()
    with pytest.raises(Refused, match="手工发布"):
        weibo.planned(revision)


def test_an_authorisation_that_ran_out_only_warns(weibo):
    """It can be renewed before the push's time, so the text is still written for the API."""
    weibo.connect()
    row = connections.token_of(weibo.account)
    connections.lost(weibo.account, row.serial, ConnectionEnd.EXPIRED)
    shown = found(weibo, weibo.drafted())["platform.posting"]
    assert (shown.force, "续期" in shown.message.zh) == ("warn", True)


def test_what_no_longer_fits_when_it_is_planned_is_refused_with_that_sentence(weibo):
    """The office took the safe domain away after the approval."""
    weibo.connect()
    revision = weibo.approved()
    weibo.register_app(safe_domains=("another.example",))
    with pytest.raises(Refused, match=r"安全域名.*手工发布"):
        weibo.planned(revision)
    assert weibo.planned(revision, channel="by_hand").pk


@pytest.mark.requirement("K1")
def test_a_post_is_fixed_at_submission_and_part_of_the_hash(weibo, settings):
    """A change of the installation's link afterwards changes nothing; the digest covers the post."""
    weibo.connect()
    revision = weibo.approved()
    content = Content.stored(revision.content)
    settings.JOB_LINK_URL = "https://other.college.example/v"
    assert LINKS in content.status
    assert content.hash() == revision.hash
    assert content.status.startswith("实验室开放日：")
    assert "来源：" not in content.status or "计算机科学学院" in content.status


def test_a_form_cannot_bring_a_post_of_its_own(weibo):
    """What goes out is made from the content by us; a field of that name is not taken."""
    weibo.connect()
    article = weibo.submitted(status="别的内容")
    assert "别的内容" not in content_of(article).status
    assert applications.app_of(weibo.cast.institution.pk) is not None


@pytest.mark.requirement("K1")
def test_content_without_the_later_fields_keeps_the_hash_it_always_had():
    """Revisions from before have neither channel nor post in their canonical form."""
    content = Content.of({"title": "一", "body": "<p>二</p>"})
    assert {"channel", "status"}.isdisjoint(content.to_json())
    assert Content.stored(content.to_json()).hash() == content.hash()
