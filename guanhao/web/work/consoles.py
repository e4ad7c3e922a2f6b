"""Where a person sees the platform's own record: its console, or in a demonstration the sandbox's page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from guanhao.publishing.models import PublishJob

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# What a person opens and where in it the published pieces are listed.
_CONSOLES = {
    "wechat": "https://mp.weixin.qq.com/",
    "weibo": "https://weibo.com/",
    "channels": "https://channels.weixin.qq.com/",
    "douyin": "https://creator.douyin.com/",
    "bilibili": "https://member.bilibili.com/",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A link to the platform's record, and where to look in it."""

    address: str
    label: str
    where: str


def record_of(job: PublishJob) -> Record | None:
    """The platform's record for a job; nothing for a platform whose console we do not know."""
    base = {"wechat": settings.WECHAT_BASE_URL, "weibo": settings.WEIBO_BASE_URL}.get(
        job.account.platform, ""
    )
    if urlsplit(base).hostname in _LOOPBACK:
        return Record(f"{base.rstrip('/')}/", _("沙箱页面"), _("演示环境：这里列出公众看得到的全部文章。"))
    console = _CONSOLES.get(job.account.platform)
    if console is None:
        return None
    where = _("看“发表记录”。") if job.account.platform == "wechat" else _("看账号已发布的内容。")
    return Record(console, urlsplit(console).hostname or "", where)
