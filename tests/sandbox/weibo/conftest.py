"""Weibo in the sandbox: a reviewed app, the institution's account, and a passer-by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sandbox import RunningSandbox
from tests.support.weibo_client import PlainWeibo

if TYPE_CHECKING:
    from typing import Any

MOMENT = 1_795_000_000


@pytest.fixture
def app(sandbox: RunningSandbox) -> dict[str, Any]:
    """A reviewed app with one safe domain."""
    return sandbox.control("weibo/apps", name="测试应用", safe_domains=["college.example"])


@pytest.fixture
def weibo(sandbox: RunningSandbox, app: dict[str, Any]) -> PlainWeibo:
    """The institution's account, authorised."""
    return PlainWeibo(sandbox, app, sandbox.control("weibo/users", screen_name="测试学院"))


@pytest.fixture
def passer_by(sandbox: RunningSandbox, app: dict[str, Any]) -> PlainWeibo:
    """Another user who authorised the same app."""
    return PlainWeibo(sandbox, app, sandbox.control("weibo/users", screen_name="路人"))
