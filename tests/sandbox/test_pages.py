"""What the public sees: labelled, complete, and loading nothing from anywhere else."""

from __future__ import annotations

import re

import pytest
import requests

from tests.support.wechat_client import png


@pytest.fixture
def url(sandbox, client):
    """The address of a published article with a picture."""
    picture = client.upload("media/uploadimg", png())["url"]
    content = f'<p>看图<img src="{picture}"><img data-src="{picture}"></p>'
    publish_id = client.submit(client.draft(title="<b>图</b>&文", content=content))["publish_id"]
    sandbox.advance(10)
    return client.status(publish_id)["article_detail"]["item"][0]["article_url"]


def test_the_front_page_lists_every_article_by_account(sandbox, client, url):
    """With its state once it is gone, and always labelled."""
    page = sandbox.page("/")
    assert "测试学院" in page
    assert '<img src="/mmbiz/' in page
    assert "&lt;b&gt;图&lt;/b&gt;&amp;文" in page
    assert "沙箱" in page
    article_id = sandbox.public()[0]["article_id"]
    sandbox.control("articles/ban", article_id=article_id)
    assert "已封禁" in sandbox.page("/")


def test_pictures_are_served_by_the_sandbox_itself(sandbox, url):
    """The page names no other host in anything it loads."""
    page = sandbox.page(url)
    sources = re.findall(r'\ssrc="([^"]*)"', page)
    assert len(sources) == 2
    assert all(source.startswith("/mmbiz/") for source in sources)
    response = requests.get(sandbox.base_url + sources[0])
    assert (response.content, response.headers["content-type"]) == (png(), "image/png")


def test_pages_can_run_nothing_and_load_nothing_foreign(url):
    """The policy says so to the browser."""
    policy = requests.get(url).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self'" in policy
    assert "script-src" not in policy


def test_the_source_link_is_shown(sandbox, url):
    """As 阅读原文, escaped."""
    assert '<a href="https://school.example/a?cid=1" rel="noreferrer">阅读原文</a>' in sandbox.page(url)


@pytest.mark.parametrize(
    "path", ["/s", "/s?mid=1&idx=1&sn=x", "/s?mid=x&idx=y&sn=z", "/s?tempkey=x", "/mmbiz/x", "/nothing"]
)
def test_what_does_not_exist_is_not_found(sandbox, path):
    """Also at addresses that look right."""
    assert sandbox.page(path).startswith("404")


def test_an_address_needs_its_own_signature(sandbox, url):
    """Number and index alone do not open an article."""
    assert sandbox.page(url).startswith("200")
    assert sandbox.page(re.sub(r"sn=\w+", "sn=" + "0" * 32, url)).startswith("404")


def test_a_draft_has_a_preview_until_it_leaves_the_box(sandbox, client):
    """The preview is no permanent address."""
    media_id = client.draft(title="预览稿")
    preview = client.post("draft/get", media_id=media_id)["news_item"][0]["url"]
    assert "预览稿" in sandbox.page(preview)
    client.post("draft/delete", media_id=media_id)
    assert sandbox.page(preview).startswith("404")


def test_a_picture_post_shows_its_pictures(sandbox, client):
    """Text below, every picture above."""
    info = {"image_list": [{"image_media_id": client.cover()}]}
    article = {"article_type": "newspic", "title": "图集", "content": "秋<色", "image_info": info}
    publish_id = client.submit(client.draft(article))["publish_id"]
    sandbox.advance(10)
    page = sandbox.page(client.status(publish_id)["article_detail"]["item"][0]["article_url"])
    assert "/mmbiz/" in page
    assert "秋" in page
