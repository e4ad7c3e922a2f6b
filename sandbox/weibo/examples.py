"""An app and users to try things with; all invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.weibo.apps import APPS
from sandbox.weibo.users import USERS

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World

APP_EXAMPLES: tuple[Json, ...] = (
    {"app_key": "1000000001", "secret": "a" * 32, "name": "沙箱·已审核应用"},
    {"app_key": "1000000002", "secret": "b" * 32, "name": "沙箱·未审核应用", "state": "unreviewed"},
)
USER_EXAMPLES: tuple[Json, ...] = (
    {"uid": "2000000001", "screen_name": "沙箱学院", "verified": True, "verified_reason": "沙箱学院官方微博"},
    {"uid": "2000000002", "screen_name": "沙箱团委", "follows": ["2000000001"]},
    {"uid": "2000000003", "screen_name": "沙箱同学", "follows": ["2000000001", "2000000002"]},
)


def ensure(world: World) -> None:
    """Create the examples that are not there; change none that is."""
    with world.store.transaction():
        for document in APP_EXAMPLES:
            if APPS.find(world, document["app_key"]) is None:
                APPS.keep(world, APPS.parse(document))
        for document in USER_EXAMPLES:
            if USERS.find(world, document["uid"]) is None:
                USERS.keep(world, USERS.parse(document))
