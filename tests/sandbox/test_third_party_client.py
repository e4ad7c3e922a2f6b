"""An ordinary client library, unchanged, works against the sandbox: wechatpy, pointed here by a transport adapter."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import pytest
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tests.support.wechat_client import png


class Redirecting(HTTPAdapter):
    """Sends what was meant for the platform's host to the sandbox."""

    def __init__(self, base_url):
        """Know where the sandbox is."""
        super().__init__()
        self._base_url = base_url

    def send(self, request, *args, **kwargs):
        """Keep path and query, change the host."""
        parts = urlsplit(request.url)
        request.url = f"{self._base_url}{parts.path}?{parts.query}"
        return super().send(request, *args, **kwargs)


@pytest.fixture
def library(sandbox, client):
    """The library's client for a verified account."""
    library = WeChatClient(client.appid, client.secret)
    library._http.mount("https://api.weixin.qq.com/", Redirecting(sandbox.base_url))
    library._http.mount("http://api.weixin.qq.com/", Redirecting(sandbox.base_url))
    return library


def picture():
    """A file as an application would open it."""
    file = io.BytesIO(png())
    file.name = "封面.png"
    return file


def test_it_publishes_an_article(sandbox, library):
    """Token, pictures, draft and publishing, by its own methods where it has them and its generic ones elsewhere."""
    url = library.media.upload_image(picture())
    cover = library.material.add("image", picture())["media_id"]
    article = {"title": "第三方客户端", "content": f"<p><img src='{url}'></p>", "thumb_media_id": cover}
    draft = library.post("draft/add", data={"articles": [article]})
    reply = library.post("freepublish/submit", data={"media_id": draft["media_id"]})
    sandbox.advance(10)
    done = library.post("freepublish/get", data={"publish_id": reply["publish_id"]})
    assert done["publish_status"] == 0
    assert [each["title"] for each in sandbox.public()] == ["第三方客户端"]
    assert library.get("draft/count") == {"total_count": 0}


def test_its_material_methods_work(library):
    """Adding, counting, listing, fetching, deleting."""
    media_id = library.material.add("image", picture())["media_id"]
    assert library.material.get_count()["image_count"] == 1
    assert library.material.batchget("image", 0, 20)["item"][0]["media_id"] == media_id
    assert library.material.get(media_id).content == png()
    assert library.material.delete(media_id)["errcode"] == 0
    with pytest.raises(WeChatClientException) as refusal:
        library.material.get(media_id)
    assert refusal.value.errcode == 40007


def test_its_temporary_media_and_addresses_work(library):
    """Upload, download, the platform's addresses."""
    media_id = library.media.upload("image", picture())["media_id"]
    assert library.media.download(media_id).content == png()
    assert library.misc.get_wechat_ips() == ["127.0.0.1", "127.0.0.0/25"]


def test_it_fetches_a_new_token_when_its_own_dies(sandbox, client, library):
    """40001 makes it fetch once and repeat."""
    library.get("draft/count")
    sandbox.control("accounts/invalidate_tokens", account=client.appid)
    assert library.get("draft/count") == {"total_count": 0}
    assert len(sandbox.effects("token.issued")) == 2
