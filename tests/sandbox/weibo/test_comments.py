"""Comments: read, written, answered, taken back by whoever wrote them (weibo.md 4)."""

from __future__ import annotations

import pytest


@pytest.fixture
def mid(weibo):
    """A post of the institution's."""
    return weibo.share()["idstr"]


def cids(answer):
    """The ids in a list of comments."""
    return [comment["idstr"] for comment in answer["comments"]]


def test_a_comment_is_made_and_read(sandbox, weibo, passer_by, mid):
    """With its author and its post; recorded as an effect."""
    made = passer_by.post("comments/create", id=mid, comment="恭喜")
    assert (made["status"]["idstr"], made["user"]["idstr"], made["text"]) == (mid, passer_by.uid, "恭喜")
    assert cids(weibo.get("comments/show", id=mid)) == [made["idstr"]]
    assert cids(weibo.get("comments/to_me")) == [made["idstr"]]
    assert cids(passer_by.get("comments/by_me")) == [made["idstr"]]
    assert weibo.get("comments/by_me")["comments"] == []
    assert sandbox.effects("comment.created") == [{"cid": made["idstr"], "mid": mid, "text": "恭喜"}]


def test_an_answer_names_whom_it_answers(weibo, passer_by, mid):
    """Unless told not to."""
    asked = passer_by.post("comments/create", id=mid, comment="几点开始")["idstr"]
    named = weibo.post("comments/reply", id=mid, cid=asked, comment="九点")
    bare = weibo.post("comments/reply", id=mid, cid=asked, comment="在礼堂", without_mention="1")
    assert (named["text"], bare["text"]) == ("回复@路人:九点", "在礼堂")
    assert named["reply_comment"]["idstr"] == asked
    assert set(cids(passer_by.get("comments/to_me"))) == {named["idstr"], bare["idstr"]}
    assert cids(passer_by.get("comments/mentions")) == [named["idstr"]]
    assert len(cids(passer_by.get("comments/timeline"))) == 3


def test_lists_page_and_filter(sandbox, weibo, passer_by, mid):
    """By size, by id, by who is followed."""
    stranger = sandbox.control("weibo/users")["uid"]
    sandbox.control("weibo/users/update", uid=weibo.uid, follows=[passer_by.uid])
    made = [
        sandbox.control("weibo/comments", mid=int(mid), uid=uid, text=f"评论{uid}")["cid"]
        for uid in (passer_by.uid, stranger)
    ][::-1]
    first = weibo.get("comments/to_me", count="1")
    assert (cids(first), first["next_cursor"], first["total_number"]) == (made[:1], int(made[1]), 2)
    assert cids(weibo.get("comments/to_me", count="1", page="2")) == made[1:]
    assert cids(weibo.get("comments/to_me", since_id=made[1])) == made[:1]
    assert cids(weibo.get("comments/to_me", max_id=made[1])) == made[1:]
    assert cids(weibo.get("comments/to_me", filter_by_author="1")) == made[1:]
    assert cids(weibo.get("comments/to_me", filter_by_author="2")) == made[:1]


def test_ones_own_comments_can_be_taken_back(sandbox, weibo, passer_by, mid):
    """Not others', not even below one's own post."""
    own = weibo.post("comments/create", id=mid, comment="更正")["idstr"]
    foreign = passer_by.post("comments/create", id=mid, comment="骂人")["idstr"]
    assert weibo.code("comments/destroy", cid=foreign) == 20203
    assert weibo.post("comments/destroy", cid=own)["idstr"] == own
    assert weibo.code("comments/destroy", cid=own) == 20201
    assert weibo.code("comments/destroy") == 20204
    assert sandbox.effects("comment.destroyed") == [{"cid": own}]


def test_batches_have_their_limits(weibo, mid):
    """Fifty to read, twenty to take back, under either name."""
    own = [weibo.post("comments/create", id=mid, comment=text)["idstr"] for text in ("天气", "饺子")]
    assert [each["idstr"] for each in weibo.get("comments/show_batch", cids=",".join(own))] == own
    assert weibo.code("comments/show_batch", "GET", cids=",".join(["1"] * 51)) == 20009
    assert weibo.code("comments/destroy_batch", cids=",".join(["1"] * 21)) == 20009
    assert weibo.code("comments/destroy_batch") == 20204
    assert [each["idstr"] for each in weibo.post("comments/destroy_batch", ids=",".join(own))] == own


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"comment": ""}, 20008),
        ({"comment": "学" * 141}, 20012),
        ({"comment": "沙箱触发20020"}, 20020),
        ({"id": "1"}, 20101),
        ({"id": None}, 20109),
    ],
)
def test_a_comment_is_refused_for_its_text_or_its_post(weibo, mid, fields, errcode):
    """As posts are."""
    assert weibo.code("comments/create", **({"id": mid, "comment": "好"} | fields)) == errcode


def test_the_same_comment_twice_is_a_repeat(weibo, mid):
    """The rules of posts hold."""
    weibo.post("comments/create", id=mid, comment="恭喜恭喜")
    assert weibo.code("comments/create", id=mid, comment="恭喜恭喜") == 20019


@pytest.mark.parametrize(("who", "errcode"), [("everybody", 0), ("followed", 20206), ("trusted", 20207)])
def test_an_author_may_restrict_comments(sandbox, weibo, passer_by, mid, who, errcode):
    """Others', never one's own."""
    sandbox.control("weibo/users/update", uid=weibo.uid, comments=who)
    assert passer_by.code("comments/create", id=mid, comment="好") == errcode
    assert weibo.code("comments/create", id=mid, comment="好") == 0


def test_authors_delete_their_comments_on_the_website(sandbox, weibo, passer_by, mid):
    """The comment is gone for everybody."""
    cid = passer_by.post("comments/create", id=mid, comment="后悔")["idstr"]
    sandbox.control("weibo/comments/delete", cid=int(cid))
    assert weibo.get("comments/show", id=mid)["comments"] == []
    assert weibo.code("comments/reply", id=mid, cid=cid, comment="什么") == 20201


def test_comments_on_others_posts_are_not_for_reading(weibo, passer_by):
    """20112."""
    assert weibo.code("comments/show", "GET", id=passer_by.share()["idstr"]) == 20112
