"""The manual knows every endpoint, switch, effect and control call; the tests it names are there."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.control import ACTIONS
from sandbox.switches import SWITCHES
from sandbox.wechat.routing import ENDPOINTS

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
TABLES = MANUAL.partition("## What a faithful sandbox must do")[2]


def test_every_switch_is_in_the_manual():
    """By its name."""
    assert [name for name in SWITCHES if f"`{name}`" not in MANUAL] == []


def test_every_endpoint_is_in_the_manual():
    """By the last part of its path, beside its kin."""
    missing = [path for path in ENDPOINTS if f"{path.rpartition('/')[2]}`" not in MANUAL]
    assert missing == []


def test_every_control_call_is_in_the_manual():
    """By its path, or by its last part beside its kin."""
    written = set(re.findall(r"(?:_sandbox|…)/([\w/]+)`", MANUAL))
    short = {name.rpartition("/")[2] for name in written}
    assert [
        name for _method, name in ACTIONS if name not in written and name.rpartition("/")[2] not in short
    ] == []


def test_the_tests_and_modules_the_tables_name_are_there():
    """A table that names what was renamed is no proof."""
    lines = [line.split("|")[1:-1] for line in TABLES.splitlines() if line.startswith("| ")]
    named = [name for line in lines for cell in line for name in re.findall(r"`([\w/]+\.py)`", cell)]
    assert len(named) > 80
    places = [
        ROOT / "sandbox",
        ROOT / "sandbox" / "wechat",
        ROOT / "sandbox" / "weibo",
        ROOT / "tests",
        ROOT / "tests" / "sandbox",
    ]
    assert [name for name in named if not any((place / name).is_file() for place in places)] == []
