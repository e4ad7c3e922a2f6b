"""No byte left on the disk of the database's server: pages as in `test_disk_full`, on PostgreSQL (RS2)."""

import secrets

import pytest
from django.db import connection
from django.urls import reverse

from guanhao.lexicon.models import ListedTerm
from tests.batteries.places import can_mount, moved_to, server_on, small_disk
from tests.support.cluster import programs
from tests.web.test_disk_full import BACKEND, PAGES

MEGABYTES = 160
MOST = 200  # rows that a page of the table which is there already might still take
pytestmark = pytest.mark.requirement("RS2")


@pytest.fixture
def disk():
    """A small disk in memory, for a server's files."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server; see test_disk_full.")
    if programs() is None or not can_mount():
        pytest.skip("A server on a small disk takes initdb, and root to mount it.")
    with small_disk(MEGABYTES) as disk:
        yield disk


@pytest.fixture
def server(disk):
    """A server that lies there."""
    with server_on(disk) as cluster:
        yield cluster


@pytest.mark.django_db(transaction=True)
def test_with_the_server_s_disk_full_pages_are_read_and_what_is_not_stored_says_so(
    ruian, client, disk, server, settings
):
    """Every word is either there or was refused with the sentence; with room again the same form is stored."""
    settings.SECOND_FACTOR = False
    client.raise_request_exception = False
    client.force_login(ruian.people["ruian-office-head"].user, backend=BACKEND)
    with moved_to(server):
        client.get(reverse("desk"))
        disk.fill()
        assert statuses(client) == dict.fromkeys(PAGES, 200)
        *stored, (word, refused) = until_refused(client)
        assert refused.status_code == 503
        assert "磁盘可能已满" in refused.content.decode()
        assert "后退" in refused.content.decode()
        assert {answer.status_code for _, answer in stored} <= {302}
        there = set(ListedTerm.objects.filter(text__startswith="代考").values_list("text", flat=True))
        assert there == {word for word, _ in stored}
        assert server.runs()
        assert statuses(client) == dict.fromkeys(PAGES, 200)
        disk.clear()
        assert post(client, word).status_code == 302
        assert ListedTerm.objects.filter(text=word).exists()


def statuses(client):
    """What each page answers."""
    return {
        name: client.get(reverse(name), {"q": "开放"} if name == "search" else {}).status_code
        for name in PAGES
    }


def until_refused(client):
    """Add words until one finds no room; each with its answer."""
    answers = []
    while not answers or answers[-1][1].status_code == 302:
        assert len(answers) < MOST, "the disk is not full"
        word = f"代考{secrets.token_hex(6)}"
        answers.append((word, post(client, word)))
    return answers


def post(client, word):
    """Hand in the form of a new word."""
    return client.post(reverse("term_new"), {"text": word, "family": "unlawful", "force": "block"})
