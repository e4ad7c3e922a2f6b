"""The platforms the sandbox plays. A new one is a package with the names ``platform.Platform`` lists, and a line here."""

from __future__ import annotations

from typing import cast

from sandbox.platform import Platform
from sandbox.wechat import platform as wechat
from sandbox.weibo import platform as weibo

PLATFORMS = (cast("Platform", wechat), cast("Platform", weibo))
