"""The client against the sandbox: what is sent, what comes back as which class, and what never shows (security §2.5)."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from guanhao.core import http
from guanhao.platforms.types import AnswerClass
from guanhao.platforms.weibo import calls, reading
from guanhao.platforms.weibo.client import HOSTS, App, Picture, Weibo
from guanhao.platforms.weibo.finding import Sent, candidates, short_links
from guanhao.platforms.weibo.permalink import permalink, place_of
from guanhao.platforms.weibo.probes import PROBES
from guanhao.platforms.weibo.text import composed, problems
from tests.support.sandbox import RunningSandbox
from tests.support.wechat_client import png
from tests.support.weibo_client import PlainWeibo

LINK = "https://news.college.example/w/17"
MOMENT = 1_795_000_000
SHARE = "/2/statuses/share.json"


@pytest.fixture
def sandbox(tmp_path):
    """A fresh sandbox whose clock stands still."""
    with RunningSandbox.in_thread(tmp_path / "sandbox") as running:
        running.control("clock", freeze=MOMENT)
        yield running


@pytest.fixture
def account(sandbox):
    """An authorised account, with what the sandbox knows of it."""
    app = sandbox.control("weibo/apps", safe_domains=["college.example"])
    return PlainWeibo(sandbox, app, sandbox.control("weibo/users", screen_name="测试学院"))


@pytest.fixture
def app(account):
    """The app as the product knows it."""
    return App(account.app["app_key"], account.app["secret"], account.app["redirect_uri"])


@pytest.fixture
def weibo(sandbox, monkeypatch):
    """The client under test, with a short patience."""
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    return Weibo(http.caller(sandbox.base_url, HOSTS, seconds=2))


def test_only_the_platforms_own_host_is_spoken_to(monkeypatch):
    """By https, without the test switch."""
    monkeypatch.delenv("GUANHAO_TEST_SWITCH", raising=False)
    assert http.caller("https://api.weibo.com/", HOSTS).base == "https://api.weibo.com"
    for wrong in ("http://api.weibo.com", "https://c.api.weibo.com", "https://api.weibo.com.evil.example"):
        with pytest.raises(http.NotAllowed):
            http.caller(wrong, HOSTS)


def test_a_post_is_done_with_its_id(sandbox, account, weibo):
    """Exactly one, as composed; the page of its address exists under the same name."""
    text = composed("开学典礼，明天见：100%&=+", LINK)
    answer = weibo.share(account.token, text)
    assert answer.outcome is AnswerClass.DONE
    post = reading.post(answer.data)
    assert [effect["text"] for effect in sandbox.effects("post.created")] == [text]
    [public] = sandbox.public()
    address = permalink(post.uid, post.mid)
    assert urlsplit(public["url"]).path == urlsplit(address).path
    assert place_of(address).mid == post.mid == public["article_id"]


def test_a_post_may_carry_a_picture(sandbox, account, weibo):
    """As a multipart form with the text beside it."""
    answer = weibo.share(account.token, f"有图 {LINK}", picture=Picture("图.png", "image/png", png()))
    assert answer.done
    assert reading.post(answer.data).pictures == 1
    assert sandbox.effects("post.created")[0]["text"] == f"有图 {LINK}"


@pytest.mark.requirement("PD4")
@pytest.mark.parametrize(
    ("address", "sent"),
    [("8.8.8.8", "8.8.8.8"), ("10.0.0.1", None), ("127.0.0.1", None), ("", None), ("nonsense", None)],
)
def test_the_operators_address_is_sent_only_when_it_is_public(sandbox, account, weibo, address, sent):
    """A private one would be a lie."""
    weibo.share(account.token, f"你好 {LINK}", address=address)
    assert sandbox.ledger(path=SHARE)[0]["decisive"].get("rip") == sent


@pytest.mark.parametrize("mode", ["ordinary", "large"])
def test_ids_are_never_rounded(sandbox, account, weibo, mode):
    """Beyond 2 to the 53, in every call that gives or takes one."""
    sandbox.switch(weibo_ids=mode)
    mid = reading.post(weibo.share(account.token, f"你好 {LINK}").data).mid
    assert sandbox.effects("post.created")[0]["mid"] == mid
    assert reading.post(weibo.ask(calls.SHOW, account.token, {"id": mid}).data).mid == mid
    assert [post.mid for post in reading.posts(weibo.timeline(account.token).data)] == [mid]
    assert [counts.mid for counts in reading.counts(weibo.counts(account.token, [mid]).data)] == [mid]


class TestLostAnswers:
    """Nothing usable came back: unknown, found by looking, never sent again."""

    TEXT = f"开学典礼，明天见 {LINK}"

    def sent(self):
        """What was sent, for finding it."""
        return Sent(self.TEXT, LINK, datetime.fromtimestamp(MOMENT, UTC))

    def found(self, weibo, account):
        """The ids of the candidates in the timeline, short links expanded."""
        posts = reading.posts(weibo.timeline(account.token).data)
        shorts = [short for post in posts for short in short_links(post)]
        answer = weibo.ask(calls.EXPAND, account.token, {"url_short": ",".join(shorts)}) if shorts else None
        expanded = reading.expanded(answer.data) if answer else {}
        return [post.mid for post in candidates(posts, self.sent(), expanded)]

    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize(
        "fault", [{"kind": "reset"}, {"kind": "http_error", "status": 502}, {"kind": "busy"}]
    )
    def test_a_call_that_failed_may_have_posted(self, sandbox, account, weibo, when, fault):
        """The answer looks the same either way; the timeline tells."""
        sandbox.fault(path=SHARE, when=when, **fault)
        assert weibo.share(account.token, self.TEXT).outcome is AnswerClass.UNKNOWN
        assert len(self.found(weibo, account)) == len(sandbox.public()) == (when == "after")

    @pytest.mark.parametrize("kind", ["truncated", "invalid_json"])
    def test_an_answer_that_cannot_be_read(self, sandbox, account, weibo, kind):
        """The post is there."""
        sandbox.fault(kind, SHARE)
        assert weibo.share(account.token, self.TEXT).outcome is AnswerClass.UNKNOWN
        assert self.found(weibo, account) == [sandbox.public()[0]["article_id"]]

    def test_an_answer_that_comes_too_late(self, sandbox, account, weibo):
        """Patience ends before the platform answers."""
        sandbox.fault("latency", SHARE, when="after", seconds=2.5)
        answer = weibo.share(account.token, self.TEXT)
        assert (answer.outcome, answer.http_status) == (AnswerClass.UNKNOWN, None)
        assert len(self.found(weibo, account)) == 1

    def test_done_slowly(self, sandbox, account, weibo):
        """20032 has no id; the post is found."""
        sandbox.switch(weibo_review_words={"20032": ["典礼"]})
        answer = weibo.share(account.token, self.TEXT)
        assert (answer.outcome, answer.errcode) == (AnswerClass.UNKNOWN, 20032)
        assert len(self.found(weibo, account)) == 1

    @pytest.mark.parametrize("code", [20017, 20019, 20111])
    def test_a_repeat_is_a_reason_to_look(self, sandbox, account, weibo, code):
        """It may be ours from before."""
        sandbox.switch(weibo_repeated_code=code)
        weibo.share(account.token, self.TEXT)
        answer = weibo.share(account.token, self.TEXT)
        assert (answer.outcome, answer.errcode) == (AnswerClass.UNKNOWN, code)
        assert len(self.found(weibo, account)) == len(sandbox.effects("post.created")) == 1

    def test_a_timeline_may_lag(self, sandbox, account, weibo):
        """Not there yet is no proof of anything."""
        sandbox.switch(weibo_timeline_lag=30)
        weibo.share(account.token, self.TEXT)
        assert self.found(weibo, account) == []
        sandbox.advance(30)
        assert len(self.found(weibo, account)) == 1


def test_nothing_left_when_nobody_listens(monkeypatch):
    """A refused connection is safe to repeat."""
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    answer = Weibo(http.caller("http://127.0.0.1:9", HOSTS)).share("2.00token", "x")
    assert (answer.outcome, answer.http_status) == (AnswerClass.NOT_SENT, None)


def test_a_hook_can_hold_a_post_back(sandbox, account, weibo):
    """The fence is checked right before the first byte."""

    def fenced():
        raise http.NotSent("Fenced")

    answer = weibo.share(account.token, f"x {LINK}", hooks=http.Hooks(before_first_byte=fenced))
    assert (answer.outcome, answer.why) == (AnswerClass.NOT_SENT, "Fenced")
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    ("arrange", "outcome"),
    [
        ({"weibo_calls_a_day": 0}, AnswerClass.REFUSED_LATER),
        ({"weibo_writes_an_hour": 0}, AnswerClass.REFUSED_LATER),
        ({"weibo_review_words": {"20021": ["你好"]}}, AnswerClass.REFUSED),
        ({"weibo_review_words": {"20016": ["你好"]}}, AnswerClass.REFUSED_LATER),
    ],
)
@pytest.mark.parametrize(
    "dress",
    [
        {},
        {"weibo_error_code_type": "string"},
        {"weibo_error_request": "missing"},
        {"weibo_error_status": 200},
    ],
)
def test_a_refusal_is_known_in_every_dress(sandbox, account, weibo, arrange, outcome, dress):
    """Code as text, no request, HTTP 200."""
    sandbox.switch(**arrange, **dress)
    assert weibo.share(account.token, f"你好 {LINK}").outcome is outcome
    assert sandbox.public() == []


@pytest.mark.parametrize("end", ["covered", "withdrawn", "revoked", "expired"])
def test_a_token_that_ended_asks_for_a_new_authorisation(sandbox, account, weibo, end):
    """However it ended, on reading and on writing."""
    if end == "covered":
        account.authorise()
    elif end == "withdrawn":
        sandbox.control("weibo/withdraw", app_key=account.app["app_key"], uid=account.uid)
    elif end == "revoked":
        assert weibo.ask(calls.REVOKE, account.token).done
    else:
        sandbox.advance(31 * 86_400)
    assert weibo.share(account.token, f"x {LINK}").outcome is AnswerClass.REFUSED_TOKEN
    assert weibo.timeline(account.token).outcome is AnswerClass.REFUSED_TOKEN


def test_an_operator_authorises_and_the_token_is_described(account, weibo, app):
    """From the address the browser is sent to, to the seconds the token has left."""
    wish = parse_qs(urlsplit(weibo.authorisation_address(app, "s&1")).query)
    assert (wish["state"], wish["redirect_uri"], wish["forcelogin"]) == (
        ["s&1"],
        [app.redirect_uri],
        ["true"],
    )
    page = account.raw("GET", "/oauth2/authorize", {name: values[0] for name, values in wish.items()})
    assert page.status_code == 200
    answer = weibo.access_token(app, account.authorisation_code())
    grant = reading.grant(answer.data)
    assert (answer.outcome, grant.uid, grant.seconds) == (AnswerClass.DONE, account.uid, 30 * 86_400 - 1)
    state = reading.token_state(weibo.ask(calls.TOKEN_INFO, grant.token).data)
    assert (state.uid, state.app_key, state.seconds) == (account.uid, app.key, 30 * 86_400)


def test_a_used_code_is_refused(account, weibo, app):
    """The flow starts again."""
    code = account.authorisation_code()
    weibo.access_token(app, code)
    answer = weibo.access_token(app, code)
    assert (answer.outcome, answer.errcode) == (AnswerClass.REFUSED, 21325)


def test_an_expired_token_can_still_be_asked_about(sandbox, account, weibo):
    """Negative seconds."""
    sandbox.advance(30 * 86_400 + 7)
    assert reading.token_state(weibo.ask(calls.TOKEN_INFO, account.token).data).seconds == -7


@pytest.mark.requirement("SE2")
class TestSecrets:
    """Tokens, secrets and codes show nowhere."""

    def test_not_in_answers(self, account, weibo, app):
        """Representation and kept body are free of them; the data has what is needed."""
        code = account.authorisation_code()
        answer = weibo.access_token(app, code)
        token = answer.data["access_token"]
        for secret in (token, app.secret, code):
            assert secret not in repr(answer)
            assert secret not in answer.body
        assert app.secret not in repr(app)

    def test_not_in_answers_that_echo_them(self, account, httpserver, monkeypatch):
        """A platform that repeats the token in an error does not make us keep it."""
        monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
        httpserver.expect_request(SHARE).respond_with_json(
            {"error": f"bad {account.token}", "error_code": 21332, "access_token": "2.00other"}, status=400
        )
        answer = Weibo(http.caller(httpserver.url_for("/"), HOSTS)).share(account.token, "x")
        for secret in (account.token, "2.00other"):
            assert secret not in repr(answer)
            assert secret not in answer.body
            assert secret not in answer.errmsg

    @pytest.mark.parametrize("call", [calls.TIMELINE, calls.SHARE])
    def test_not_in_exceptions(self, sandbox, account, weibo, call, monkeypatch):
        """Whatever breaks in transport is named by one word."""
        seen = []
        original = http.Caller.call

        def watched(self, *arguments, **options):
            try:
                return original(self, *arguments, **options)
            except http.CallFailed as failure:
                seen.append("".join(traceback.format_exception(failure)))
                raise

        monkeypatch.setattr(http.Caller, "call", watched)
        sandbox.fault("reset", call.path)
        answer = weibo.ask(call, account.token, {"status": "x"})
        assert answer.outcome is AnswerClass.UNKNOWN
        assert len(seen) == 1
        assert account.token not in seen[0]


def test_every_probe_is_granted_to_an_ordinary_app_and_changes_nothing(sandbox, account, weibo):
    """One call each."""
    for probe in PROBES:
        assert weibo.ask(probe.call, account.token, probe.fields_for(account.uid)).done, probe
        assert not probe.call.writes
    assert all(entry["effects"] == [] for entry in sandbox.ledger())


def test_comments_are_read_answered_and_taken_back(sandbox, account, weibo):
    """A removal of what is gone is done."""
    mid = reading.post(weibo.share(account.token, f"你好 {LINK}").data).mid
    reader = sandbox.control("weibo/users", screen_name="路人")["uid"]
    sandbox.control("weibo/comments", mid=int(mid), uid=reader, text="几点开始")
    [asked] = reading.comments(weibo.ask(calls.COMMENTS_TO_ME, account.token).data)
    assert (asked.mid, asked.uid, asked.name, asked.text) == (mid, reader, "路人", "几点开始")
    fields = {"id": mid, "cid": asked.cid, "comment": "九点", "without_mention": "1"}
    reply = reading.comment(weibo.ask(calls.REPLY, account.token, fields).data)
    assert reply.text == "九点"
    for _ in range(2):
        assert weibo.ask(calls.COMMENT_DELETE, account.token, {"cid": reply.cid}).done
    assert weibo.ask(calls.COMMENT_DELETE, account.token, {"cid": asked.cid}).errcode == 20203


def test_a_withheld_call_is_refused(account, weibo):
    """Deleting is not given to ordinary apps."""
    mid = reading.post(weibo.share(account.token, f"你好 {LINK}").data).mid
    answer = weibo.ask(calls.DESTROY, account.token, {"id": mid})
    assert (answer.outcome, answer.errcode) == (AnswerClass.REFUSED, 10014)


def test_more_than_a_hundred_posts_are_not_counted_at_once(weibo):
    """A mistake of ours, told before anything leaves."""
    with pytest.raises(ValueError, match="100"):
        weibo.counts("2.00token", [str(number) for number in range(101)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有链接",
        "外面 https://elsewhere.example/",
        f"学{LINK}",
        "学" * 129 + f" {LINK}",
        "学" * 130 + f" {LINK}",
        "a" * 259 + f" {LINK}",
        "a" * 260 + f" {LINK}",
        f"骗 https://college.example@evil.example/ {LINK}",
        "像 https://notcollege.example/",
        "对 http://COLLEGE.example",
    ],
)
def test_what_we_find_nothing_against_the_platform_takes(account, weibo, text):
    """And what blocks with us is refused there, as far as the contract is clear."""
    blocked = any(problem.blocking for problem in problems(text, ("college.example",)))
    assert weibo.share(account.token, text).done is not blocked
