"""A sandbox per test, two accounts in it, and a plain client that hides nothing of what the sandbox answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sandbox import RunningSandbox
from tests.support.wechat_client import PlainClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A fresh sandbox whose clock stands still."""
    with RunningSandbox.in_thread(tmp_path / "sandbox") as running:
        running.control("clock", freeze=1_795_000_000)
        yield running


@pytest.fixture
def client(sandbox: RunningSandbox) -> PlainClient:
    """A client of a verified subscription account."""
    return PlainClient(sandbox.base_url, **_credentials(sandbox.account(name="测试学院")))


@pytest.fixture
def stranger(sandbox: RunningSandbox) -> PlainClient:
    """A client of another verified account."""
    return PlainClient(sandbox.base_url, **_credentials(sandbox.account(name="别的学院")))


def _credentials(account: dict[str, object]) -> dict[str, str]:
    return {"appid": str(account["appid"]), "secret": str(account["secret"])}
