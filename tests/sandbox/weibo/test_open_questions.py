"""Decisions Weibo's contract leaves open: each switch plays every answer (open-questions.md 36-44)."""

from __future__ import annotations

import pytest

from tests.support.weibo_client import LINK, short_links

SAFE = "https://news.college.example"


def errcode(answer):
    """The code of an answer, 0 without one."""
    return int(answer.get("error_code", 0))


@pytest.mark.parametrize(("way", "code"), [("up", 20012), ("down", 0)])
def test_question_36_a_half_character_too_many(sandbox, weibo, way, code):
    """140 and a half."""
    sandbox.switch(weibo_half_characters=way)
    assert errcode(weibo.share("学" * 130 + LINK + " ")) == code


@pytest.mark.parametrize(("way", "code"), [("received", 20012), ("stored", 0)])
def test_question_36_the_limit_before_or_after_topics(sandbox, weibo, way, code):
    """A topic that vanishes may still count."""
    sandbox.switch(weibo_length_of=way)
    assert errcode(weibo.share("#话题#" + "学" * 128 + LINK)) == code


@pytest.mark.parametrize("code", [20012, 20013])
def test_question_36_the_code_of_a_long_text(sandbox, weibo, code):
    """Either of the two the error page has."""
    sandbox.switch(weibo_too_long_code=code)
    assert errcode(weibo.share("学" * 200 + LINK)) == code


@pytest.mark.parametrize(
    ("way", "text"), [("removed", "好"), ("marks_removed", "开学好"), ("kept", "#开学#好")]
)
def test_question_36_what_becomes_of_a_topic(sandbox, weibo, way, text):
    """All of it, its marks, or nothing goes."""
    sandbox.switch(weibo_topics=way)
    assert weibo.share(f"#开学#好 {LINK}")["text"].startswith(f"{text} http://t.cn/")


@pytest.mark.parametrize(("way", "links"), [("of_link", 2), ("of_topic", 1)])
def test_question_36_a_hash_inside_a_link(sandbox, weibo, way, links):
    """Two fragments may be taken for a topic, and half the text with them."""
    sandbox.switch(weibo_hash_in_link=way)
    assert len(short_links(weibo.share(f"{LINK}#a 你好 {LINK}#b")["text"])) == links


@pytest.mark.parametrize(("way", "kept"), [("address_characters", True), ("white_space", False)])
def test_question_36_where_a_link_ends(sandbox, weibo, way, kept):
    """Before Chinese punctuation, or at the next blank."""
    sandbox.switch(weibo_link_end=way)
    assert ("，欢迎" in weibo.share(f"见{LINK}，欢迎 大家")["text"]) is kept


@pytest.mark.parametrize(("way", "code"), [("allowed", 0), ("refused", 10017)])
def test_question_37_a_foreign_link_beside_a_safe_one(sandbox, weibo, way, code):
    """Whether one safe link is enough."""
    sandbox.switch(weibo_foreign_link=way)
    assert errcode(weibo.share(f"{LINK} https://elsewhere.example/")) == code


@pytest.mark.parametrize(("counts", "code"), [(False, 10017), (True, 0)])
def test_question_37_a_short_link_to_the_own_domain(sandbox, weibo, counts, code):
    """Only one that leads there, in any case."""
    [short] = short_links(weibo.share()["text"])
    sandbox.switch(weibo_short_link_counts=counts)
    assert errcode(weibo.share(f"运动会改期 {short}")) == code
    assert errcode(weibo.share("食堂供应饺子 http://t.cn/nowhere")) == 10017


@pytest.mark.parametrize(("way", "code"), [("ignored", 0), ("refused", 10017)])
@pytest.mark.parametrize("link", ["https://college.example:8443/", "https://me@college.example/"])
def test_question_37_port_and_user_in_a_link(sandbox, weibo, way, code, link):
    """Looked over or held against it."""
    sandbox.switch(weibo_port_in_link=way)
    assert errcode(weibo.share(f"开学 {link}")) == code


@pytest.mark.parametrize("code", [10016, 20008])
def test_question_38_no_status_at_all(sandbox, weibo, code):
    """A missing parameter or an empty text."""
    sandbox.switch(weibo_missing_status=code)
    assert weibo.code("statuses/share") == code


@pytest.mark.parametrize(("way", "code"), [("refused", 20007), ("posted", 0)])
def test_question_38_a_multipart_form_without_a_picture(sandbox, weibo, way, code):
    """An error or a plain post."""
    sandbox.switch(weibo_form_without_picture=way)
    answer = weibo.raw("POST", "/2/statuses/share.json", {"status": f"x {LINK}"}, files={"other": b""}).json()
    assert errcode(answer) == code


@pytest.mark.parametrize("code", [20019, 20111, 20017])
def test_question_39_the_code_of_a_repeat(sandbox, weibo, code):
    """Any of three."""
    sandbox.switch(weibo_repeated_code=code)
    weibo.share()
    assert errcode(weibo.share()) == code


@pytest.mark.parametrize(("counts", "code"), [(True, 20019), (False, 0)])
def test_question_39_a_deleted_post_as_a_repeat(sandbox, weibo, counts, code):
    """The platform may remember what is gone."""
    sandbox.switch(weibo_deleted_counts=counts)
    sandbox.control("weibo/posts/delete", mid=int(weibo.share()["idstr"]))
    assert errcode(weibo.share()) == code


@pytest.mark.parametrize(("counts", "left"), [(True, 97), (False, 100)])
def test_questions_39_and_42_refused_calls(sandbox, weibo, counts, left):
    """Whether a refused post uses the day's calls."""
    sandbox.switch(weibo_refused_calls_count=counts)
    weibo.share("没有链接 http://")
    weibo.code("statuses/destroy", id="1")
    assert weibo.get("account/rate_limit_status")["remaining_user_hits"] == left


@pytest.mark.parametrize("code", [10014, 10008, 20112])
def test_question_40_another_users_timeline(sandbox, weibo, passer_by, code):
    """By id and by name."""
    sandbox.switch(weibo_foreign_timeline_code=code)
    assert weibo.code("statuses/user_timeline", "GET", uid=passer_by.uid) == code
    assert weibo.code("statuses/user_timeline", "GET", screen_name="路人") == code


class TestQuestion40:
    """What the timeline holds beside the newest five."""

    TEXTS = (
        "开学典礼",
        "运动会改期",
        "食堂供应饺子",
        "图书馆闭馆",
        "社团招新啦",
        "期末考试安排",
        "放假通知来了",
    )

    @pytest.fixture
    def mids(self, weibo):
        """Seven posts, newest first."""
        return [weibo.share(text)["id"] for text in self.TEXTS][::-1]

    @pytest.mark.parametrize(("beyond", "found"), [(False, 0), (True, 2)])
    def test_the_second_page(self, sandbox, weibo, mids, beyond, found):
        """Whether it exists."""
        sandbox.switch(weibo_beyond_newest=beyond)
        page = weibo.get("statuses/user_timeline", page="2")
        assert [post["id"] for post in page["statuses"]] == mids[5 : 5 + found]

    @pytest.mark.parametrize(("way", "total"), [("all", 7), ("shown", 5)])
    def test_the_total(self, sandbox, weibo, mids, way, total):
        """All posts or five."""
        sandbox.switch(weibo_total_number=way)
        assert weibo.get("statuses/user_timeline")["total_number"] == total

    @pytest.mark.parametrize("way", ["left_out", "marked"])
    def test_a_moderated_post(self, sandbox, weibo, mids, way):
        """It leaves the list or is marked in it."""
        sandbox.switch(weibo_gone_in_timeline=way)
        sandbox.control("weibo/posts/moderate", mid=mids[0])
        first = weibo.get("statuses/user_timeline")["statuses"][0]
        assert (first["id"] == mids[0], first.get("deleted")) == (
            (True, "1") if way == "marked" else (False, None)
        )


@pytest.mark.parametrize("way", ["refused", "marked"])
def test_question_41_showing_a_moderated_post(sandbox, weibo, way):
    """An error or a marked post; one its author deleted is an error always."""
    mids = [int(weibo.share(text)["idstr"]) for text in ("开学典礼", "运动会改期")]
    sandbox.switch(weibo_gone_in_show=way)
    sandbox.control("weibo/posts/moderate", mid=mids[0])
    sandbox.control("weibo/posts/delete", mid=mids[1])
    shown = weibo.get("statuses/show", id=mids[0])
    assert (shown.get("error_code"), shown.get("deleted")) == (
        (20101, None) if way == "refused" else (None, "1")
    )
    assert weibo.code("statuses/show", "GET", id=mids[1]) == 20101


@pytest.mark.parametrize(("way", "expected"), [("left_out", []), ("zero", [0])])
def test_question_41_counting_a_gone_post(sandbox, weibo, way, expected):
    """Absent or nothing."""
    sandbox.switch(weibo_gone_in_count=way)
    mid = int(weibo.share()["idstr"])
    sandbox.advance(7_200)
    sandbox.control("weibo/posts/delete", mid=mid)
    assert [each["attitudes"] for each in weibo.get("statuses/count", ids=mid)] == expected


@pytest.mark.parametrize(("way", "last"), [("refuses_all", 20203), ("passed_over", 0)])
def test_question_43_a_foreign_comment_in_a_batch(sandbox, weibo, passer_by, way, last):
    """All or nothing, or it is passed over."""
    sandbox.switch(weibo_foreign_in_batch=way)
    mid = weibo.share()["idstr"]
    own = weibo.post("comments/create", id=mid, comment="自己的")["idstr"]
    foreign = passer_by.post("comments/create", id=mid, comment="别人的")["idstr"]
    answer = weibo.post("comments/destroy_batch", cids=f"{own},{foreign}")
    assert (errcode(answer) if isinstance(answer, dict) else 0) == last
    left = {each["cid"] for each in sandbox.read("weibo/comments", mid=mid)["comments"]}
    assert left == ({own, foreign} if last else {foreign})


@pytest.mark.parametrize(("way", "code"), [("weighted", 0), ("characters", 20012)])
def test_question_43_the_length_of_a_comment(sandbox, weibo, way, code):
    """Weighed like posts, or counted."""
    sandbox.switch(weibo_comment_length=way)
    mid = weibo.share()["idstr"]
    assert weibo.code("comments/create", id=mid, comment="a" * 200) == code


@pytest.mark.parametrize("status", [200, 400, 403])
def test_question_44_the_status_of_a_refusal(sandbox, weibo, status):
    """Any, HTTP 200 among them."""
    sandbox.switch(weibo_error_status=status)
    for name in ("statuses/destroy", "statuses/burn", "statuses/share"):
        response = weibo.raw("POST", f"/2/{name}.json", {"status": "没有链接"})
        assert response.status_code == status
        assert response.json()["error_code"] in {10014, 10020, 10017}


def test_the_usual_statuses(weibo):
    """403 for rights, 404 and 405 for addresses and methods, 400 else."""
    calls = [
        ("statuses/destroy", "POST"),
        ("statuses/burn", "POST"),
        ("statuses/share", "GET"),
        ("statuses/share", "POST"),
    ]
    assert [weibo.raw(method, f"/2/{name}.json").status_code for name, method in calls] == [
        403,
        404,
        405,
        400,
    ]
