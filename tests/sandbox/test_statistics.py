"""Statistics: empty until eight, growing, old and new families, what is unknown about them (wechat.md 11, item 14)."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone

import pytest

BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
OLD = {
    "getarticlesummary": 1,
    "getarticletotal": 1,
    "getuserread": 3,
    "getuserreadhour": 1,
    "getusershare": 7,
    "getusersharehour": 1,
}
NEW = {"getarticleread": 1, "getarticleshare": 1, "getbizsummary": 30, "getarticletotaldetail": 30}
USERS = {"getusersummary": 7, "getusercumulate": 7}


@pytest.fixture
def ask(sandbox, client):
    """Ask for statistics of days."""

    def post(name, begin, end=None):
        url = f"{sandbox.base_url}/datacube/{name}?access_token={client.token}"
        return client.http.post(url, json={"begin_date": begin, "end_date": end or begin}).json()

    return post


@pytest.fixture
def at(sandbox, client):
    """Let the sandbox's clock stand; tokens are fetched anew, as a day has passed."""

    def stand(moment):
        sandbox.control("clock", freeze=moment.timestamp())
        client.token = ""

    return stand


@pytest.fixture
def published(sandbox, client, at):
    """An article published on Monday at noon; answers its join key."""
    at(NOON)
    number = client.submit(client.draft(title="统计"))["msg_data_id"]
    sandbox.advance(10)
    return f"{number}_1"


def day(after):
    """So many days after the Monday."""
    return (NOON + timedelta(days=after)).date().isoformat()


@pytest.mark.parametrize(("way", "early"), [("refused", {"errcode": 61503}), ("empty", {"list": []})])
def test_a_day_is_ready_at_eight_the_next(sandbox, published, ask, at, way, early):
    """Before that it is refused or empty (question 31)."""
    sandbox.switch(statistics_too_early=way)
    at(NOON + timedelta(hours=19, minutes=59))
    assert ask("getarticleread", day(0)).items() >= early.items()
    at(NOON + timedelta(hours=20))
    answer = ask("getarticleread", day(0))
    assert [each["msgid"] for each in answer["list"]] == [published]
    assert answer["is_delay"] is False


def test_figures_grow_from_day_to_day_and_stay_what_they_were(published, ask, at):
    """Cumulative ones never fall; a day once told is told alike later."""
    at(NOON + timedelta(days=5))
    article = ask("getarticletotaldetail", day(0), day(4))["list"][0]
    readers = [each["read_user"] for each in article["detail_list"]]
    assert len(readers) == 5
    assert readers == sorted(readers)
    assert readers[-1] > readers[0] > 0
    assert article["content_url"].startswith("http")
    assert (
        sum(ask("getarticleread", day(n))["list"][0]["detail"]["read_user"] for n in range(5)) == readers[-1]
    )
    at(NOON + timedelta(days=6))
    assert [each["read_user"] for each in ask("getarticletotaldetail", day(0))["list"][0]["detail_list"]][
        :5
    ] == readers


def test_thirty_days_of_an_article_and_seven_in_the_old_family(published, ask, at):
    """Then no more are added."""
    at(NOON + timedelta(days=60))
    assert len(ask("getarticletotaldetail", day(0))["list"][0]["detail_list"]) == 30
    assert len(ask("getarticletotal", day(0))["list"][0]["details"]) == 7


@pytest.mark.parametrize(("name", "longest"), [*OLD.items(), *NEW.items(), *USERS.items()])
def test_every_endpoint_answers_its_span_and_refuses_a_longer_one(published, ask, at, name, longest):
    """61501 beyond; the days themselves are listed."""
    at(NOON + timedelta(days=40))
    answer = ask(name, day(0), day(longest - 1))
    assert answer["list"]
    assert ask(name, day(0), day(longest))["errcode"] == 61501
    assert ("is_delay" in answer) == (name in NEW)


@pytest.mark.parametrize(
    ("begin", "end", "errcode"),
    [
        ("2026/11/23", None, 61500), ("20261123", None, 61500), ("", None, 61500), ("2026-13-01", None, 61500),
        ("2026-11-24", "2026-11-23", 61501), ("2026-11-26", None, 61501), ("2014-11-30", None, 61501),
    ],
)  # fmt: skip
def test_wrong_days(published, ask, at, begin, end, errcode):
    """No date, the wrong way round, today, before everything."""
    at(datetime(2026, 11, 26, 12, tzinfo=BEIJING))
    assert ask("getusersummary", begin, end)["errcode"] == errcode


def test_the_new_family_begins_in_november_2025(published, ask):
    """Older days are none of its."""
    assert ask("getarticleread", "2025-10-31")["errcode"] == 61501
    assert ask("getarticleread", "2025-11-01")["list"] == []


@pytest.mark.parametrize("delayed", [False, True])
def test_is_delay_is_true_once(sandbox, published, ask, at, delayed):
    """The first time anybody asks for these days."""
    sandbox.switch(statistics_delayed=delayed)
    at(NOON + timedelta(days=1))
    assert [ask("getbizsummary", day(0))["is_delay"] for _ in range(2)] == [delayed, False]


@pytest.mark.parametrize(("unknown", "kinds"), [(False, [1, 0]), (True, [2, 0])])
def test_publish_type_tells_how_and_may_be_unknown(sandbox, client, published, ask, at, unknown, kinds):
    """0 with notification, 1 without, 2 seen live."""
    sandbox.switch(statistics_unknown_type=unknown)
    sandbox.control("drafts/publish", media_id=client.draft(), notify=True)
    at(NOON + timedelta(days=1))
    listed = ask("getarticletotaldetail", day(0))["list"]
    assert [each["publish_type"] for each in listed] == kinds


@pytest.mark.parametrize(
    ("way", "answer"), [("alive", None), ("empty", {"list": []}), ("refused", {"errcode": 45106})]
)
def test_the_old_family_can_be_stopped(sandbox, published, ask, at, way, answer):
    """What a stopped endpoint answers is not known (question 31); followers' figures go on."""
    sandbox.switch(old_statistics=way)
    at(NOON + timedelta(days=1))
    given = ask("getarticlesummary", day(0))
    assert (
        given.items() >= answer.items()
        if answer
        else [each["msgid"] for each in given["list"]] == [published]
    )
    assert ask("getusersummary", day(0))["list"]


def test_followers_add_up(sandbox, client, published, ask, at):
    """Each day's number is the day before's with who came and without who went; the last is today's."""
    sandbox.change_account(client.appid, followers=1000)
    at(NOON + timedelta(days=7))
    total = [each["cumulate_user"] for each in ask("getusercumulate", day(0), day(6))["list"]]
    change = [
        each["new_user"] - each["cancel_user"] for each in ask("getusersummary", day(0), day(6))["list"]
    ]
    assert total[-1] == 1000
    assert [later - before for before, later in itertools.pairwise(total)] == change[1:]


def test_unverified_accounts_have_none(sandbox, client, published, ask, at):
    """48001."""
    sandbox.change_account(client.appid, verified=False)
    at(NOON + timedelta(days=1))
    assert ask("getusersummary", day(0))["errcode"] == 48001
