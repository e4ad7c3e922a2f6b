"""The plainest possible client of Weibo's open platform, for tests of the sandbox itself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.support.sandbox import RunningSandbox

Json = dict[str, Any]
LINK = "https://news.college.example/w/1"


class PlainWeibo:
    """Speaks for one user through one app; sends what it is told and answers what came back."""

    def __init__(self, sandbox: RunningSandbox, app: Json, user: Json, token: str | None = None) -> None:
        """Speak for ``user`` through ``app``; authorised at once unless a token is given."""
        self.sandbox, self.app, self.user, self.uid = sandbox, app, user, user["uid"]
        self.token = self.authorise() if token is None else token

    def authorise(self) -> str:
        """Authorise behind the scenes; answer the token."""
        return str(
            self.sandbox.control("weibo/authorise", app_key=self.app["app_key"], uid=self.uid)["access_token"]
        )

    def raw(self, method: str, path: str, fields: Json | None = None, **options: Any) -> requests.Response:
        """Make any call; the token goes into the query of a GET and the form of a POST."""
        sent = {"access_token": self.token} | (fields or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        place = {"params": sent} if method == "GET" else {"data": sent}
        return requests.request(
            method, f"{self.sandbox.base_url}{path}", timeout=10, allow_redirects=False, **(place | options)
        )

    def get(self, name: str, **fields: Any) -> Any:
        """Make a GET call under /2/."""
        return self.raw("GET", f"/2/{name}.json", fields).json()

    def post(self, name: str, **fields: Any) -> Any:
        """Make a POST call under /2/."""
        return self.raw("POST", f"/2/{name}.json", fields).json()

    def share(self, text: str = "开学典礼", **fields: Any) -> Json:
        """Post a text with the safe link behind it, unless it holds one."""
        return self.post(
            "statuses/share", **({"status": text if "http" in text else f"{text} {LINK}"} | fields)
        )

    def picture(self, content: bytes, text: str = f"有图 {LINK}") -> Json:
        """Post with a picture."""
        return self.raw(
            "POST", "/2/statuses/share.json", {"status": text}, files={"pic": ("a.png", content)}
        ).json()

    def code(self, name: str, method: str = "POST", **fields: Any) -> int:
        """Make a call; answer its error code, 0 without one."""
        answer = self.raw(method, f"/2/{name}.json", fields).json()
        return int(answer.get("error_code", 0)) if isinstance(answer, dict) else 0

    def consent(self, **fields: Any) -> requests.Response:
        """Choose an identity on the authorise page, as an operator's browser does."""
        wish = {
            "client_id": self.app["app_key"],
            "redirect_uri": self.app["redirect_uri"],
            "response_type": "code",
            "state": "s1",
            "uid": self.uid,
        }
        return self.raw("POST", "/oauth2/authorize", wish | {"access_token": None} | fields)

    def authorisation_code(self, **fields: Any) -> str:
        """Consent; answer the code the browser brings back."""
        return came_back(self.consent(**fields))["code"]

    def exchange(self, code: str, **fields: Any) -> requests.Response:
        """Exchange a code for a token."""
        wish = {
            "client_id": self.app["app_key"],
            "client_secret": self.app["secret"],
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.app["redirect_uri"],
        }
        return self.raw("POST", "/oauth2/access_token", wish | {"access_token": None} | fields)

    def token_info(self, token: str | None = None) -> Json:
        """Ask what a token is."""
        return self.raw("POST", "/oauth2/get_token_info", {"access_token": token or self.token}).json()


def came_back(response: requests.Response) -> dict[str, str]:
    """Answer the query a redirect carries back to the app."""
    assert response.status_code == 302, response.text
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def short_links(text: str) -> list[str]:
    """Answer the short links of a text."""
    return re.findall(r"http://t\.cn/\w+", text)
