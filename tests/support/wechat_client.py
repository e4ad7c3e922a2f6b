"""The plainest possible client of the WeChat server API, for tests of the sandbox itself."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import requests

Json = dict[str, Any]


def png(size: int = 0) -> bytes:
    """Answer a real one-pixel PNG, padded behind its end to ``size`` bytes."""
    rows = zlib.compress(b"\x00\xff\x00\x00")
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return (b"\x89PNG\r\n\x1a\n" + body).ljust(size, b"\0")


def jpg(size: int = 0) -> bytes:
    """Answer bytes that begin like a JPEG, padded to ``size``."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00".ljust(size, b"\0")


class PlainClient:
    """Sends what it is told and answers what came back; knows no retry and no cache but one token."""

    def __init__(self, base_url: str, appid: str, secret: str) -> None:
        """Speak for one account."""
        self.base_url, self.appid, self.secret = base_url, appid, secret
        self.http = requests.Session()
        self._token = ""

    @property
    def token(self) -> str:
        """The stable token, fetched once."""
        if not self._token:
            self._token = self.stable_token()["access_token"]
        return self._token

    @token.setter
    def token(self, value: str) -> None:
        self._token = value

    def stable_token(self, **fields: Any) -> Json:
        """Fetch a stable token, with the fields of the body changed at will."""
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret} | fields
        return self.http.post(f"{self.base_url}/cgi-bin/stable_token", json=body).json()

    def classic_token(self, **fields: Any) -> Json:
        """Fetch a classic token."""
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret} | fields
        return self.http.get(f"{self.base_url}/cgi-bin/token", params=query).json()

    def get(self, path: str, **query: Any) -> Json:
        """Make a GET call under /cgi-bin/."""
        return self.raw("GET", path, params=query).json()

    def post(self, path: str, body: Json | None = None, **fields: Any) -> Json:
        """Make a POST call under /cgi-bin/ with a JSON body."""
        return self.raw("POST", path, data=json.dumps(body or fields, ensure_ascii=False).encode()).json()

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """Make any call under /cgi-bin/ and answer the bare response."""
        query = options.pop("params", {})
        if "access_token" not in query:
            query = {"access_token": self.token} | query
        return self.http.request(
            method, f"{self.base_url}/cgi-bin/{path}", params=query, timeout=10, **options
        )

    def upload(self, path: str, content: bytes, filename: str = "picture.png", **query: Any) -> Json:
        """Upload a file."""
        return self.raw("POST", path, params=query, files={"media": (filename, content)}).json()

    def cover(self) -> str:
        """Upload a cover; answer its media_id."""
        return self.upload("material/add_material", png(), type="image")["media_id"]

    def article(self, **fields: Any) -> Json:
        """Answer an article that breaks no rule, with fields changed at will; uploads a cover if none is given."""
        article = {
            "title": "一条消息",
            "content": "<p>正文</p>",
            "content_source_url": "https://school.example/a?cid=1",
        }
        return article | {"thumb_media_id": fields.get("thumb_media_id") or self.cover()} | fields

    def draft(self, *articles: Json, **fields: Any) -> str:
        """Store a draft of the articles, or of one made from fields; answer its media_id."""
        answer = self.post("draft/add", articles=list(articles) or [self.article(**fields)])
        assert "media_id" in answer, answer
        return str(answer["media_id"])

    def submit(self, media_id: str) -> Json:
        """Submit a draft for publishing."""
        return self.post("freepublish/submit", media_id=media_id)

    def status(self, publish_id: Any) -> Json:
        """Ask how a publishing task stands."""
        return self.post("freepublish/get", publish_id=publish_id)

    def errcode(self, path: str, **fields: Any) -> int:
        """Make a POST call and answer its errcode, 0 when there is none."""
        return int(self.post(path, **fields).get("errcode", 0))
