"""The platform kinds we know, in one explicit dictionary. A rulebook may name others; those are done by hand."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.platforms.types import Allowance, Capability, ChannelTraits, Period, Platform

# wechat.md §6, by the kinds of account that the rulebooks name. A service account's four are each follower's.
_MASS_SENDS = {
    "subscription": Allowance(1, Period.DAY),
    "service": Allowance(4, Period.MONTH),
}
BY_HAND = ChannelTraits("by_hand", most_items=8)

PLATFORMS: dict[str, Platform] = {
    platform.key: platform
    for platform in (
        Platform(
            "wechat",
            Text(zh="微信公众号", en="WeChat official account"),
            (
                ChannelTraits(
                    "wechat_publish",
                    frozenset({Capability.MATERIAL, Capability.DRAFT, Capability.PUBLISH}),
                    most_items=8,
                ),
                ChannelTraits(
                    "wechat_mass",
                    frozenset({Capability.MATERIAL, Capability.DRAFT, Capability.MASS_SEND}),
                    most_items=8,
                    notifies=True,
                    allowances=_MASS_SENDS,
                ),
                BY_HAND,
            ),
            connected=True,
        ),
        Platform(
            "weibo",
            Text(zh="微博", en="Weibo"),
            (ChannelTraits("weibo", frozenset({Capability.PUBLISH})), ChannelTraits("by_hand")),
            connected=True,
        ),
        Platform("channels", Text(zh="视频号", en="WeChat Channels"), (BY_HAND,)),
        Platform("douyin", Text(zh="抖音", en="Douyin"), (BY_HAND,)),
        Platform("bilibili", Text(zh="哔哩哔哩", en="Bilibili"), (BY_HAND,)),
    )
}


def platform_of(key: str) -> Platform:
    """The platform kind, or one done wholly by hand where we do not know it (gpnu-23: kinds are data)."""
    return PLATFORMS.get(key) or Platform(key, Text(zh=key, en=key), (BY_HAND,))
