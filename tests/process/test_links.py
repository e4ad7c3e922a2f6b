"""Every place a notice leads to is a page, and every engine module is loaded for coverage."""

from __future__ import annotations

import pytest
from django.urls import resolve

from guanhao.process import links
from guanhao.process.behaviours import load_engine
from guanhao.rulebook.behaviours import registered


@pytest.mark.parametrize(
    ("link", "name"),
    [
        (links.ASKS, "asks"),
        (links.DESK, "desk"),
        (links.DUTIES, "duties"),
        (links.STOPS, "stops"),
        (links.account(1), "account"),
        (links.interface(1), "account_interface"),
        (links.article(1), "article"),
        (links.by_hand(1), "by_hand"),
        (links.duty("d1"), "duty"),
        (links.handover(1), "handover"),
        (links.job(1), "publish_job"),
        (links.step(1), "review_step"),
        (links.subject("article", 1), "article"),
        (links.subject("account", 1), "desk"),
    ],
)
def test_a_notice_leads_to_a_page(link, name):
    """The path belongs to the page that is meant."""
    assert resolve(link).url_name == name


def test_loading_the_engine_finds_what_it_enforces():
    """Every engine module is imported, so coverage does not depend on what happened to be loaded before."""
    names = load_engine()

    assert {"guanhao.cases.actions", "guanhao.contents.checks", "guanhao.publishing.steps"} <= set(names)
    assert not any("migrations" in name for name in names)
    assert {"route:release", "check:approved", "limit:credential_holders"} <= registered()
