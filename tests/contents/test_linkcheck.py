"""Links: whether the addresses of an article open is tried in the background and told by the next check."""

import http.server
import socket
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.contents import actions, checks, linkcheck
from guanhao.contents.content import Content
from guanhao.contents.matters import Occasion, of_working
from guanhao.contents.models import LinkState
from guanhao.people.access import actor_of
from guanhao.steps.clock import database_now
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.contents.conftest import raw_content

ME = Worker("test/links")
ALIVE, DEAD, INSIDE = "http://alive.example/a", "http://alive.example/gone", "http://inside.example/a"


class Site(http.server.BaseHTTPRequestHandler):
    """Answers everything but what is gone."""

    gone = True
    asked = []

    def do_GET(self):
        type(self).asked.append(self.path)
        self.send_response(404 if self.path == "/gone" and self.gone else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def site(monkeypatch):
    """A public name played by a loopback server; another one is an address inside."""
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    real, connect = socket.getaddrinfo, socket.create_connection
    names = {"alive.example": "93.184.216.34", "inside.example": "10.0.0.7"}

    def resolve(host, port, *args, **kwargs):
        if host in names:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host], port))]
        return real(host, port, *args, **kwargs)

    def played(address, *args, **kwargs):
        is_ours = address[0] == "93.184.216.34"
        return connect(("127.0.0.1", running.server_port) if is_ours else address, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", played)
    Site.gone, Site.asked = True, []
    yield Site
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def article(ruian, offer, db):
    """A draft with three addresses: in the words, and behind a link."""
    body = f'<p>报名见 {ALIVE} 和 {DEAD} ，<a href="{INSIDE}">内网通知</a>。</p>'
    return offer(ruian, "ruian-section", unit="学生科", body=raw_content(ruian.institution)["body"] + body)


def save(cast, article, **changes):
    person = cast.people["ruian-section"]
    article.refresh_from_db()
    return actions.save_working(
        actor=actor_of(person), person=person, article=article, serial=article.working_serial,
        content={**Content.stored(article.working).to_json(), **changes},
    )  # fmt: skip


def try_all():
    """Try what is due, and the second time what waits for its second try."""
    until_idle([linkcheck.try_one], ME)
    LinkState.objects.filter(waiting=True).update(run_after=database_now())
    until_idle([linkcheck.try_one], ME)


def told(article):
    return [
        (one.force.value, one.problem.place["mask"], one.problem.message.zh)
        for one in checks.find(of_working(article, Occasion()), checks.Stage.SUBMIT)
        if one.rule == "links" and "打不开" in one.problem.message.zh
    ]


@pytest.mark.article("ruian-6.2")
def test_an_address_that_does_not_open_twice_is_told_beside_the_text(site, article):
    """Gone, or only inside our walls; one that opens is not mentioned."""
    assert told(article) == []
    until_idle([linkcheck.try_one], ME)
    assert told(article) == []
    try_all()
    found = told(article)
    assert {(force, mask) for force, mask, _ in found} >= {("warn", DEAD)}
    assert all("两次都没有打开" in sentence for *_, sentence in found)
    assert ALIVE not in {mask for _, mask, _ in found}
    assert site.asked.count("/gone") == 2
    assert site.asked.count("/a") == 1
    assert {row.address: row.dead for row in LinkState.objects.all()} == {
        ALIVE: False,
        DEAD: True,
        INSIDE: True,
    }


def test_what_opens_again_is_no_longer_told(ruian, site, article, monkeypatch):
    """A save some minutes later asks anew; one at once does not."""
    try_all()
    assert told(article)
    site.gone = False
    save(ruian, article, title="技能月开幕了")
    assert not LinkState.objects.waiting().exists()
    LinkState.objects.filter(address=DEAD).update(tried_at=database_now() - timedelta(minutes=11))
    save(ruian, article, title="技能月今日开幕")
    try_all()
    assert DEAD not in {mask for _, mask, _ in told(article)}


def test_an_address_is_tried_once_for_all_articles_that_have_it(ruian, site, article, offer):
    """Not at every stroke either."""
    offer(ruian, "ruian-section", unit="学生科", body=article.working["body"])
    for number in range(3):
        save(ruian, article, title=f"技能月开幕{number}")
    assert LinkState.objects.count() == 3


def test_a_text_without_addresses_asks_the_database_nothing(ruian, offer, db):
    """Neither when it is saved nor when it is read."""
    plain = offer(ruian, "ruian-section", unit="学生科")
    with CaptureQueriesContext(connection) as queries:
        save(ruian, plain, title="没有链接")
        assert told(plain) == []
    assert [one["sql"] for one in queries if "linkstate" in one["sql"]] == []


def test_of_very_many_addresses_only_some_are_tried(ruian, offer, db):
    """Nobody makes us knock at a thousand doors."""
    body = "".join(f"<p>http://alive.example/{number} 。</p>" for number in range(80))
    offer(ruian, "ruian-section", unit="学生科", body=body)
    assert LinkState.objects.count() == linkcheck.MOST_LINKS
