"""Comments: opened, arriving, elected, answered, deleted; and every shape of the list (wechat.md 9, item 13)."""

from __future__ import annotations

import pytest

from tests.support.sandbox import ControlRefusedError


class Article:
    """A published article that people comment on."""

    def __init__(self, sandbox, client, **fields):
        self.sandbox, self.client = sandbox, client
        answer = client.submit(client.draft(**{"need_open_comment": 1} | fields))
        self.where = {"msg_data_id": int(answer["msg_data_id"]), "index": 0}
        sandbox.advance(10)
        self.url = client.status(answer["publish_id"])["article_detail"]["item"][0]["article_url"]

    def call(self, name, **fields):
        return self.client.post(f"comment/{name}", **self.where | fields)

    def code(self, name, **fields):
        return self.call(name, **fields)["errcode"]

    def list(self, **fields):
        return self.call("list", **{"begin": 0, "count": 49, "type": 0} | fields)

    def comment(self, content="写得好", openid="oReader"):
        control = self.sandbox.control(
            "comments", account=self.client.appid, **self.where, content=content, openid=openid
        )
        return control["user_comment_id"]


@pytest.fixture
def article(sandbox, client):
    return Article(sandbox, client)


def test_comments_are_listed_newest_first_with_openid_only_for_wechat_users(article):
    """Somebody who is not on WeChat has none."""
    first, second = article.comment("一"), article.comment("二", openid="")
    answer = article.list()
    assert (answer["errcode"], answer["total"]) == (0, 2)
    assert [each["user_comment_id"] for each in answer["comment"]] == [second, first]
    assert answer["comment"][1]["openid"] == "oReader"
    assert "openid" not in answer["comment"][0]


@pytest.mark.parametrize("count", [0, 50, 51])
def test_a_page_has_fewer_than_fifty(article, count):
    """50 and more are refused."""
    assert article.code("list", begin=0, count=count, type=0) == 88010


def test_only_elected_comments_are_public(sandbox, article):
    """On the page the public opens, and in the list by type; unelecting hides them again."""
    number, _other = article.comment("要精选的"), article.comment("其他的")
    assert "要精选的" not in sandbox.page(article.url)
    assert article.code("markelect", user_comment_id=number) == 0
    assert [each["content"] for each in article.list(type=2)["comment"]] == ["要精选的"]
    assert [each["content"] for each in article.list(type=1)["comment"]] == ["其他的"]
    assert "要精选的" in sandbox.page(article.url)
    assert "其他的" not in sandbox.page(article.url)
    sandbox.switch(comments_shown="all")
    assert "其他的" in sandbox.page(article.url)
    sandbox.switch(comments_shown="elected")
    assert article.code("unmarkelect", user_comment_id=number) == 0
    assert "要精选的" not in sandbox.page(article.url)


def test_a_comment_is_answered_once(sandbox, article):
    """A second answer is 88005 until the first is deleted; deleting none is 87009."""
    number = article.comment()
    article.code("markelect", user_comment_id=number)
    assert article.code("reply/delete", user_comment_id=number) == 87009
    assert article.code("reply/add", user_comment_id=number, content="谢谢") == 0
    assert article.code("reply/add", user_comment_id=number, content="再谢") == 88005
    assert "作者回复：谢谢" in sandbox.page(article.url)
    assert article.code("reply/delete", user_comment_id=number) == 0
    assert article.code("reply/add", user_comment_id=number, content="再谢") == 0
    assert [
        each["kind"]
        for entry in sandbox.ledger(path="/cgi-bin/comment/reply/add")
        for each in entry["effects"]
    ] == [
        "comment.replied",
        "comment.replied",
    ]


@pytest.mark.parametrize("content", ["", "长" * 601, None])
def test_an_answer_is_neither_empty_nor_too_long(article, content):
    """88007."""
    assert article.code("reply/add", user_comment_id=article.comment(), content=content) == 88007


def test_a_deleted_comment_is_gone(sandbox, article):
    """By the account, a second time 88008; by its author, electing is 88004."""
    number, withdrawn = article.comment(), article.comment()
    assert article.code("delete", user_comment_id=number) == 0
    assert article.code("delete", user_comment_id=number) == 88008
    sandbox.control(
        "comments/delete", account=article.client.appid, **article.where, user_comment_id=withdrawn
    )
    assert article.code("markelect", user_comment_id=withdrawn) == 88004
    assert article.code("reply/add", user_comment_id=withdrawn, content="谢谢") == 88008
    assert article.list()["comment"] == []


def test_the_limit_of_elected_comments(sandbox, article):
    """88003; one that is elected already does not count twice."""
    sandbox.switch(comment_elected_limit=1)
    first, second = article.comment(), article.comment()
    assert article.code("markelect", user_comment_id=first) == 0
    assert article.code("markelect", user_comment_id=first) == 0
    assert article.code("markelect", user_comment_id=second) == 88003


def test_comments_are_closed_and_opened(sandbox, article):
    """Nobody can write while they are closed; what is there stays; a limited article cannot be opened (88002)."""
    article.comment("早")
    assert article.code("close") == 0
    with pytest.raises(ControlRefusedError):
        article.comment("晚")
    assert article.list()["total"] == 1
    assert article.code("open") == 0
    article.comment("晚")
    sandbox.control("comments/limit", account=article.client.appid, **article.where)
    assert article.code("open") == 88002


def test_an_article_published_without_comments_has_none_open(sandbox, client):
    """need_open_comment decides at first."""
    article = Article(sandbox, client, need_open_comment=0)
    with pytest.raises(ControlRefusedError):
        article.comment()
    article.code("open")
    assert article.comment() == 1


@pytest.mark.parametrize("where", [{"msg_data_id": 1}, {"index": 1}, {"msg_data_id": "x"}])
def test_what_is_no_article_of_the_account(article, stranger, where):
    """88001 for a number or index nobody has, and for another account's; 40035 for no number."""
    assert article.code("list", **where) in {88001, 40035}
    assert stranger.errcode("comment/list", **article.where, begin=0, count=9, type=0) == 88001


def test_rights(sandbox, article):
    """Without the comment right 88000; without verification 48001."""
    sandbox.change_account(article.client.appid, comment_right=False)
    assert article.code("list", begin=0, count=9, type=0) == 88000
    sandbox.change_account(article.client.appid, comment_right=True, verified=False)
    assert article.code("list", begin=0, count=9, type=0) == 48001


def test_comments_arrive_over_time_and_while_somebody_pages(sandbox, article):
    """Two an hour; every fourth from outside WeChat. Pages shift when new ones come in between."""
    sandbox.switch(comments_an_hour=2)
    sandbox.advance(2 * 3600)
    article.client.token = ""
    arrived = article.list()["comment"]
    assert len(arrived) == 4
    assert [("openid" in each) for each in arrived] == [False, True, True, True]
    assert len({each["create_time"] for each in arrived}) == 4
    sandbox.switch(comments_an_hour=0, comments_while_paging=1)
    first = article.list(begin=0, count=2)["comment"]
    second = article.list(begin=2, count=2)["comment"]
    assert first[1]["user_comment_id"] == second[0]["user_comment_id"]


@pytest.mark.parametrize(("form", "kind"), [("object", dict), ("array", list)])
def test_the_answer_is_an_object_or_an_array(sandbox, article, form, kind):
    """Both are seen in the wild."""
    sandbox.switch(comment_reply_form=form)
    article.code("reply/add", user_comment_id=article.comment(), content="谢谢")
    assert isinstance(article.list()["comment"][0]["reply"], kind)


@pytest.mark.parametrize(("form", "kind"), [("number", int), ("string", str)])
def test_the_time_is_a_number_or_a_text(sandbox, article, form, kind):
    """Parse leniently."""
    sandbox.switch(comment_time_type=form)
    article.comment()
    assert isinstance(article.list()["comment"][0]["create_time"], kind)


@pytest.mark.parametrize(("form", "has_list"), [("bare", False), ("with_list", True)])
def test_a_refused_list_may_carry_an_empty_one(sandbox, article, form, has_list):
    """An error that looks like no comments."""
    sandbox.switch(comment_error_form=form)
    answer = article.list(count=99)
    assert (answer["errcode"], "comment" in answer) == (88010, has_list)


@pytest.mark.parametrize(("order", "first"), [("newest_first", 2), ("oldest_first", 1)])
def test_question_29_the_order_of_the_list(sandbox, article, order, first):
    """It is not documented."""
    sandbox.switch(comment_order=order)
    article.comment()
    article.comment()
    assert article.list()["comment"][0]["user_comment_id"] == first


def test_articles_of_a_mass_send_are_commented_on_too(sandbox, client):
    """By the msg_data_id of sendall."""
    media_id = client.draft(need_open_comment=1)
    sent = client.post(
        "message/mass/sendall",
        filter={"is_to_all": True},
        mpnews={"media_id": media_id},
        msgtype="mpnews",
        clientmsgid="c" * 32,
    )
    sandbox.advance(10)
    where = {"account": client.appid, "msg_data_id": sent["msg_data_id"], "index": 0}
    sandbox.control("comments", **where, content="收到")
    listed = client.post("comment/list", msg_data_id=sent["msg_data_id"], begin=0, count=9, type=0)
    assert [each["content"] for each in listed["comment"]] == ["收到"]
