"""The path from a token to an article the public can read, and what the ledger says about it."""

from __future__ import annotations

import pytest


@pytest.fixture
def published(sandbox, client):
    """The publish reply of one article that is out."""
    reply = client.submit(client.draft(title="开学典礼"))
    sandbox.advance(10)
    return reply


def test_an_article_travels_from_draft_to_a_public_page(sandbox, client):
    """Every step answers in the contract's shape and the page shows the article."""
    draft = client.draft(title="开学典礼", content="<section style='color:red'>欢迎新同学</section>")
    reply = client.submit(draft)
    assert reply["errcode"] == 0
    assert client.status(reply["publish_id"]) == {
        "publish_id": reply["publish_id"],
        "publish_status": 1,
        "fail_idx": [],
    }
    sandbox.advance(10)
    done = client.status(reply["publish_id"])
    assert done["publish_status"] == 0
    page = sandbox.page(done["article_detail"]["item"][0]["article_url"])
    assert page.startswith("200")
    assert "开学典礼" in page
    assert "欢迎新同学" in page
    assert "沙箱" in page
