"""No byte left on the disk: what can be read is read, and what cannot be stored says so (RS2)."""

import json
import resource

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.db.utils import OperationalError
from django.test import Client
from django.urls import reverse

from guanhao.lexicon.models import ListedTerm
from guanhao.web.views import articles
from tests.publishing.test_kills import forks

__all__ = ["forks"]
PAGES = ("desk", "articles", "review", "accounts", "publishing", "notices", "rules", "search")
TERM = {"text": "代考服务", "family": "unlawful", "force": "block"}
BACKEND = "guanhao.web.belonging.Recognition"
pytestmark = pytest.mark.requirement("RS2")


def ask(user, asked):
    """Ask for pages where no file takes another byte, in a process of its own; print what came of each."""
    django_settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(raise_request_exception=False, headers={"accept-language": "zh-hans"})
    client.force_login(get_user_model().objects.get(pk=user), backend=BACKEND)
    assert client.get(reverse("desk")).status_code == 200  # The database is open, as in a server that runs.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        answers = [getattr(client, method)(address, values) for method, address, values in asked]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    print(json.dumps([(answer.status_code, answer.content.decode()) for answer in answers]))  # noqa: T201 - what the test reads.


@pytest.mark.django_db(transaction=True)
def test_with_a_full_disk_pages_are_read_and_what_is_not_stored_says_so(ruian, forks, tmp_path):
    """Nothing typed is lost: it is still on the page before. What must be recorded to be read is not shown unrecorded."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL writes to a disk of its own server's.")
    user = ruian.people["ruian-office-head"].user
    reads = [("get", reverse(name), {"q": "开放"} if name == "search" else {}) for name in PAGES]
    writes = [("post", reverse("term_new"), TERM), ("get", reverse("ledger"), {})]
    connections.close_all()
    fork = forks.start(
        "tests.web.test_disk_full:ask",
        user.pk,
        reads + writes,
        says=tmp_path / "web.log",
        settings={"SECOND_FACTOR": ""},
    )
    assert fork.wait() == 0, fork.says.read_text()[-3000:]
    *read, stored, recorded = json.loads(fork.says.read_text().splitlines()[-1])
    assert {name: status for name, (status, _) in zip(PAGES, read, strict=True)} == dict.fromkeys(PAGES, 200)
    for status, page in (stored, recorded):
        assert status == 503
        assert "磁盘可能已满" in page
    assert "后退" in stored[1]
    assert "后退" not in recorded[1]
    assert not ListedTerm.objects.filter(text=TERM["text"]).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (RuntimeError, 500)])
def test_a_database_that_is_gone_is_told_from_a_fault_of_ours(
    ruian, client, monkeypatch, settings, error, status
):
    """Later it may work again, which is said, and when to ask again."""
    settings.SECOND_FACTOR = False
    client.raise_request_exception = False
    client.force_login(ruian.people["ruian-editor"].user, backend=BACKEND)

    def gone(_viewer):
        raise error("server closed the connection unexpectedly")

    monkeypatch.setattr(articles, "articles_in_sight", gone)
    answer = client.get(reverse("articles"))
    assert (answer.status_code, answer.has_header("Retry-After")) == (status, status == 503)
    assert "unexpectedly" not in answer.content.decode()
