"""Health and figures: for watchers only, true, and cheap."""

import json
import logging

import pytest
from django.db import DatabaseError
from prometheus_client.parser import text_string_to_metric_families

from guanhao.operating import metrics
from guanhao.people.models import Person
from guanhao.steps import heartbeats
from guanhao.steps.types import Queue

PATHS = ("/healthz", "/readyz", "/metrics")
TOKEN = "watcher-token-0123456789"


@pytest.fixture
def watcher(ruian, client, settings):
    """A watcher with the token; answers a function that gets a path."""
    settings.METRICS_TOKEN = TOKEN
    return lambda path: client.get(path, headers={"authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize("path", PATHS)
def test_to_everybody_else_the_addresses_do_not_exist(ruian, client, settings, path):
    """Without a setting, with a wrong token, from a wrong address, and for a signed-in person alike."""
    missing = client.get("/no-such-page/")
    assert client.get(path).status_code == missing.status_code == 404
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_ADDRESSES = ("10.0.0.0/8",)
    for header in ("", "Bearer ", "Bearer wrong", TOKEN):
        assert client.get(path, headers={"authorization": header}).status_code == 404
    assert client.get(path, REMOTE_ADDR="192.168.1.1").status_code == 404
    assert client.get(path, REMOTE_ADDR="10.3.4.5").status_code in {200, 503}


def test_alive_asks_nothing(watcher, django_assert_num_queries):
    """It must answer while the database is away."""
    with django_assert_num_queries(0):
        assert watcher("/healthz").content == b"ok\n"


@pytest.mark.requirement("RS2")
def test_ready_tells_what_is_missing(watcher, monkeypatch):
    """503 with the part that fails, 200 when all is there, and no error page when the database is gone."""
    assert watcher("/readyz").json() == {
        "ready": False,
        "database": True,
        "migrations": True,
        "worker": False,
    }
    heartbeats.beat("test/worker", list(Queue))
    answer = watcher("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)

    def gone():
        raise DatabaseError("gone")

    monkeypatch.setattr(metrics, "pending_migrations", gone)
    monkeypatch.setattr(metrics.connection, "close", lambda: None)
    answer = watcher("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_the_figures_can_be_read_and_name_nobody(watcher):
    """Prometheus' own parser reads them; queues, states, ledgers, breaker, stops and notices are there."""
    text = watcher("/metrics").content.decode()
    found = {family.name: family for family in text_string_to_metric_families(text)}
    assert {
        "guanhao_queue_due_rows", "guanhao_queue_lag_seconds", "guanhao_queue_workers", "guanhao_jobs",
        "guanhao_breaker_open", "guanhao_stops", "guanhao_notices_waiting", "guanhao_ledger_entries",
        "guanhao_ledger_head_age_seconds",
    } <= set(found)  # fmt: skip
    states = {sample.labels["state"] for sample in found["guanhao_jobs"].samples}
    assert {"unknown", "ask", "published"} <= states
    sizes = {sample.labels["institution"]: sample.value for sample in found["guanhao_ledger_entries"].samples}
    assert sizes["ruian"] > 0
    assert not any(person.name in text for person in Person.objects.all())


def test_the_number_of_queries_does_not_grow_with_the_rows(ruian, django_assert_max_num_queries):
    """Bounded by queues and institutions."""
    with django_assert_max_num_queries(40):
        metrics.text()


def test_the_error_page_and_every_line_of_the_request_share_a_number(watcher, client, monkeypatch, caplog):
    """What a person reads out on the telephone finds the trace."""
    client.raise_request_exception = False
    monkeypatch.setattr(metrics, "text", lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        answer = watcher("/metrics")
    assert answer.status_code == 500
    reference = next(
        word
        for record in caplog.records
        for word in record.getMessage().split()
        if word.startswith("reference=")
    )
    assert reference.removeprefix("reference=") in answer.content.decode()
    assert json.dumps(reference)
