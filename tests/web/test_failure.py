"""When something breaks the reader gets a sentence and a reference; the trace stays in the log. What is not there is 404."""

from __future__ import annotations

import logging
import re

import pytest
from django.urls import reverse

from guanhao.web.views import articles

REFERENCE = re.compile(r"\b[0-9a-f]{8}\b")


def _breaks(viewer):
    raise RuntimeError("the-inside-of-the-machine")


@pytest.mark.requirement("RS5")
def test_a_failure_shows_a_reference_and_never_a_trace(ruian, client, monkeypatch, settings, caplog):
    """Also for a signed-in person, whose frame would ask the database for counts."""
    settings.SECOND_FACTOR = False
    client.raise_request_exception = False
    client.force_login(ruian.people["ruian-editor"].user, backend="guanhao.web.belonging.Recognition")
    monkeypatch.setattr(articles, "articles_in_sight", _breaks)
    with caplog.at_level(logging.ERROR):
        answer = client.get(reverse("articles"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "the-inside-of-the-machine" not in page
    assert "Traceback" not in page
    (reference,) = set(REFERENCE.findall(re.sub(r"<[^>]+>", " ", page)))
    assert any(reference in record.getMessage() for record in caplog.records)


def test_an_address_that_names_no_possible_number_finds_nothing(ruian, client, settings):
    """Addresses take any number of digits; the databases' keys do not."""
    settings.SECOND_FACTOR = False
    client.force_login(ruian.people["ruian-office-head"].user, backend="guanhao.web.belonging.Recognition")
    for key in (2**63 - 1, 2**63, 10**40):
        assert client.get(reverse("article", args=[key])).status_code == 404
