"""Posting under its real constraints (weibo.md 3.1)."""

from __future__ import annotations

import pytest

from tests.support.wechat_client import jpg, png
from tests.support.weibo_client import LINK, short_links

GIF = b"GIF89a" + b"\0" * 20


def test_a_post_is_answered_with_its_ids_and_shortened_links(sandbox, weibo):
    """One effect, one public effect, the text as sent beside the text as kept."""
    answer = weibo.share("开学典礼")
    assert answer["idstr"] == answer["mid"] == str(answer["id"])
    assert answer["user"]["idstr"] == weibo.uid
    [short] = short_links(answer["text"])
    assert answer["text"] == f"开学典礼 {short}"
    [effect] = sandbox.effects("post.created")
    assert effect == {"mid": answer["idstr"], "text": f"开学典礼 {LINK}", "public": True}
    [public] = sandbox.public_effects(weibo.uid)
    assert (public["kind"], public["channel"], public["article_id"]) == (
        "published",
        "weibo",
        answer["idstr"],
    )
    assert public["source_url"] == LINK
    assert [post["title"] for post in sandbox.public(weibo.uid)] == [f"开学典礼 {LINK}"]


def test_a_short_link_leads_back(sandbox, weibo):
    """By the API and by its page; the same address has the same short one."""
    first, second = (short_links(weibo.share(text)["text"])[0] for text in ("开学典礼", "运动会改期"))
    assert first == second
    assert weibo.get("short_url/expand", url_short=f"{first},http://t.cn/none")["urls"] == [
        {"result": True, "url_short": first, "url_long": LINK, "type": 0},
        {"result": False, "url_short": "http://t.cn/none", "url_long": "", "type": 0},
    ]
    assert LINK in sandbox.page(first.replace("http:/", ""))


@pytest.mark.parametrize(
    ("text", "errcode"),
    [
        ("", 20008),
        ("  \n ", 20008),
        ("没有链接", 10017),
        ("外面 https://elsewhere.example/", 10017),
        ("像 https://notcollege.example/", 10017),
        ("像 https://college.example.evil.example/", 10017),
        ("骗 https://college.example@evil.example/", 10017),
        ("对 https://a.b.college.example/", 0),
        ("对 http://COLLEGE.example", 0),
    ],
)
def test_a_text_needs_a_link_on_the_safe_domain(sandbox, weibo, text, errcode):
    """The domain or one under it; a refusal leaves nothing behind."""
    answer = weibo.post("statuses/share", status=text)
    assert answer.get("error_code", 0) == errcode
    assert len(sandbox.effects("post.created")) == (errcode == 0)


def test_what_surrounds_a_link_is_no_part_of_it(sandbox, weibo):
    """Two links with Latin words between them; the first is the one on record."""
    weibo.share(f"see {LINK} and https://other.college.example/w/2 then")
    assert sandbox.public_effects()[0]["source_url"] == LINK


@pytest.mark.parametrize("link", ["http://[", "http://[x]:y/", "https://a:99999999/"])
def test_a_broken_link_is_text(weibo, link):
    """It makes nothing fail."""
    assert "idstr" in weibo.share(f"坏链接 {link} {LINK}")
    assert weibo.share(f"只有坏链接 {link}")["error_code"] == 10017


def test_the_wrong_domain_is_worded_as_live(weibo):
    """HTTP 400 with the platform's own text."""
    response = weibo.raw("POST", "/2/statuses/share.json", {"status": "没有链接"})
    assert response.status_code == 400
    assert response.json() == {
        "error": "appkey not bind domain!", "error_code": 10017, "request": "/2/statuses/share.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("学" * 130 + LINK, True),
        ("学" * 131 + LINK, False),
        ("学" * 129 + "a " + LINK, True),
        ("学" * 129 + "ab " + LINK, False),
        ("a" * 259 + " " + LINK, True),
        ("a" * 260 + " " + LINK, False),
        ("学" * 130 + LINK + "?" + "q" * 900, True),
    ],
)
def test_length_is_weighed(weibo, text, fits):
    """Chinese one, ASCII a half, a link ten however long; a half rounds up."""
    assert weibo.share(text).get("error_code") == (None if fits else 20012)


@pytest.mark.parametrize(
    ("content", "errcode"),
    [
        (png(), 0),
        (jpg(), 0),
        (GIF, 0),
        (b"BM" + b"\0" * 30, 20005),
        (b"<svg/>", 20005),
        (b"", 20005),
        (png(5 * 1024 * 1024 - 1), 0),
        (png(5 * 1024 * 1024), 20006),
    ],
)
def test_a_picture_is_known_by_its_bytes_and_size(weibo, content, errcode):
    """JPEG, GIF, PNG below 5 MB, whatever it is called."""
    answer = weibo.picture(content)
    assert answer.get("error_code", 0) == errcode
    assert bool(answer.get("pic_urls")) is (errcode == 0)


def test_a_picture_must_come_as_a_multipart_form(weibo):
    """20007 in a plain form."""
    assert weibo.code("statuses/share", status=f"x {LINK}", pic="bytes") == 20007


def test_pictures_are_a_right_of_their_own(sandbox, weibo):
    """An app may post, but not with a picture."""
    sandbox.control("weibo/apps/update", app_key=weibo.app["app_key"], grants={"post_picture": "withheld"})
    assert weibo.picture(png())["error_code"] == 10014
    assert "idstr" in weibo.share()


def test_topics_vanish_silently(weibo):
    """In text; the fragment of a link is none."""
    answer = weibo.share(f"#开学#大家好 {LINK}#a 再见 {LINK}#b")
    assert answer["text"].startswith("大家好 http://t.cn/")
    assert "#" not in answer["text"]
    shorts = ",".join(short_links(answer["text"]))
    longs = [each["url_long"] for each in weibo.get("short_url/expand", url_short=shorts)["urls"]]
    assert longs == [f"{LINK}#a", f"{LINK}#b"]


class TestRepeats:
    """Duplicate detection: exact, similar, forgotten."""

    def test_the_same_text_is_refused(self, sandbox, weibo):
        """20019, and nothing new."""
        weibo.share()
        assert weibo.share()["error_code"] == 20019
        assert len(sandbox.effects("post.created")) == 1

    def test_a_similar_text_is_refused(self, weibo):
        """The same words with another link, or a letter changed."""
        text = "关于二〇二六年秋季学期开学典礼安排的通知"
        weibo.share(text)
        assert weibo.share(f"{text} https://news.college.example/w/2")["error_code"] == 20017
        assert weibo.share(text + "！")["error_code"] == 20017
        assert "idstr" in weibo.share("明天食堂供应饺子")

    def test_another_user_may_say_the_same(self, weibo, passer_by):
        """Repeats are a matter of one account."""
        weibo.share()
        assert "idstr" in passer_by.share()

    def test_the_window_ends(self, sandbox, weibo):
        """After the switch's seconds; 0 never begins."""
        weibo.share()
        sandbox.advance(3_600)
        assert "idstr" in weibo.share()
        sandbox.switch(weibo_repeat_window=0)
        assert "idstr" in weibo.share()


@pytest.mark.parametrize("errcode", [10001, 20015, 20016, 20018, 20020, 20021, 20031, 20034])
def test_a_word_leads_to_its_refusal(sandbox, weibo, errcode):
    """And to no post."""
    assert weibo.share(f"沙箱触发{errcode}")["error_code"] == errcode
    assert sandbox.public() == []


def test_done_slowly_is_an_error_with_the_post_created(sandbox, weibo):
    """20032: no id in the answer, the post in the timeline."""
    answer = weibo.share("沙箱触发20032")
    assert answer["error_code"] == 20032
    assert "idstr" not in answer
    assert len(sandbox.effects("post.created")) == 1
    assert len(weibo.get("statuses/user_timeline")["statuses"]) == 1


@pytest.mark.parametrize(
    ("standing", "errcode"),
    [("invalid", 10013), ("abnormal", 20015), ("captcha", 20031), ("login", 20033), ("locked", 20034)],
)
def test_a_user_in_disgrace_reads_but_does_not_write(sandbox, weibo, standing, errcode):
    """The account's standing is that of its writes."""
    sandbox.control("weibo/users/update", uid=weibo.uid, standing=standing)
    assert weibo.share()["error_code"] == errcode
    assert weibo.code("statuses/user_timeline", "GET") == 0


@pytest.mark.parametrize(
    ("name", "errcode"),
    [
        ("statuses/update", 10020),
        ("statuses/upload", 10020),
        ("statuses/upload_url_text", 10020),
        ("statuses/repost", 10014),
        ("statuses/destroy", 10014),
        ("statuses/burn", 10020),
    ],
)
def test_what_ordinary_apps_may_not_call(weibo, name, errcode):
    """Withdrawn, withheld, or never there."""
    assert weibo.code(name, status="x", id="1") == errcode


def test_a_method_has_to_fit(weibo):
    """10021 otherwise."""
    assert weibo.code("statuses/share", "GET") == 10021


def test_an_apps_grants_can_be_changed(sandbox, weibo, passer_by):
    """Posting taken away; updating, reposting, destroying given."""
    grants = {"post": "withheld", "update": "granted", "repost": "granted", "destroy": "granted"}
    sandbox.control("weibo/apps/update", app_key=weibo.app["app_key"], grants=grants)
    assert weibo.share()["error_code"] == 10014
    mid = weibo.post("statuses/update", status="没有链接也行")["idstr"]
    assert passer_by.post("statuses/repost", id=mid)["retweeted_status"]["idstr"] == mid
    assert weibo.code("statuses/repost", id=mid) == 20103
    assert passer_by.code("statuses/destroy", id=mid) == 20102
    assert weibo.post("statuses/destroy", id=mid)["idstr"] == mid
    assert weibo.code("statuses/destroy", id=mid) == 20101
    assert weibo.code("statuses/destroy") == 20109
    assert [effect["kind"] for effect in sandbox.public_effects(weibo.uid)] == ["published", "removed"]


def test_an_unreviewed_apps_posts_are_for_its_testers_only(sandbox, weibo):
    """The API says all is well; the public page is not there."""
    sandbox.control("weibo/apps/update", app_key=weibo.app["app_key"], state="unreviewed")
    mid = weibo.share()["idstr"]
    assert weibo.get("statuses/show", id=mid)["idstr"] == mid
    assert sandbox.public() == []
    assert sandbox.public_effects() == []
    [post] = sandbox.read("weibo/posts", uid=weibo.uid)["posts"]
    assert sandbox.page(post["url"]).startswith("404")


@pytest.mark.parametrize(("mode", "exact"), [("ordinary", True), ("large", False)])
def test_ids_may_be_too_large_for_floating_point(sandbox, weibo, mode, exact):
    """To catch clients that parse numbers."""
    sandbox.switch(weibo_ids=mode)
    mids = [weibo.share(text)["id"] for text in ("开学典礼", "运动会改期", "食堂供应饺子")]
    assert mids == sorted(mids)
    assert all((int(float(mid)) == mid) is exact for mid in mids)
    assert all(len(str(mid)) == 16 for mid in mids)


def test_moderation_comes_later(sandbox, weibo):
    """A post is there, then gone, with the moment it was due."""
    mid = weibo.share("沙箱触发审核")["idstr"]
    sandbox.advance(59)
    assert len(sandbox.public()) == 1
    sandbox.advance(100)
    assert sandbox.public() == []
    assert weibo.code("statuses/show", "GET", id=mid) == 20101
    assert sandbox.public_effects()[-1]["kind"] == "banned"
    assert sandbox.public_effects()[-1]["at"] == 1_795_000_060
