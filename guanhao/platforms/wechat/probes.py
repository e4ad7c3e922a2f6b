"""Read-only calls that show what an account may do (wechat.md §2): never assume, probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanhao.core.text import Text
from guanhao.platforms.types import Capability
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.calls import Call

NO_MENU = 46003  # the account may read its menu and has none


@dataclass(frozen=True, slots=True)
class Probe:
    """One capability and the call without side effect that tells it; ``also_granted`` are codes that grant it too."""

    capability: Capability
    title: Text
    call: Call
    payload: Mapping[str, Any] | None = field(default=None)
    also_granted: frozenset[int] = frozenset()


PROBES: tuple[Probe, ...] = (
    Probe(
        Capability.MATERIAL, Text(zh="上传图片和封面", en="Upload pictures and covers"), calls.MATERIAL_COUNT
    ),
    Probe(Capability.DRAFT, Text(zh="新建草稿", en="Create drafts"), calls.DRAFT_COUNT),
    Probe(
        Capability.PUBLISH,
        Text(zh="通过接口发布", en="Publish by API"),
        calls.PUBLISH_LIST,
        {"offset": 0, "count": 1, "no_content": 1},
    ),
    Probe(Capability.MASS_SEND, Text(zh="群发", en="Send to followers"), calls.MASS_SPEED, {}),
    Probe(
        Capability.MENU,
        Text(zh="读取菜单", en="Read the menu"),
        calls.MENU_GET,
        also_granted=frozenset({NO_MENU}),
    ),
    Probe(Capability.PROFILE, Text(zh="读取账号资料", en="Read the profile"), calls.BASIC_INFO),
)
