"""The machine and its surroundings: settings, clock, disk, platforms, mail, workers."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection

from guanhao.core import clock, http, tenancy
from guanhao.core.text import Text
from guanhao.operating.checking.lines import Line, good, warning, wrong
from guanhao.platforms.wechat.client import HOSTS as WECHAT_HOSTS
from guanhao.platforms.weibo.client import HOSTS as WEIBO_HOSTS
from guanhao.publishing.models import Stop
from guanhao.registry.models import PlatformApp
from guanhao.steps import heartbeats
from guanhao.steps.clock import database_now
from guanhao.steps.types import Queue

GIBIBYTE = 1024**3
LEAST_FREE, LOW_SHARE = GIBIBYTE, 0.1
CLOCK_WARNS, CLOCK_WRONG = timedelta(seconds=2), timedelta(seconds=30)
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
CONNECT_SECONDS = 5.0


def lines(*, database: bool, network: bool) -> Iterator[Line]:
    """Everything beside the database and the keys. ``network`` tries platforms and mail; nothing is sent."""
    yield from _switches()
    yield from _disk()
    if network:
        yield _platform(_WECHAT, settings.WECHAT_BASE_URL)
        if database and _uses_weibo():
            yield _platform(_WEIBO, settings.WEIBO_BASE_URL)
        yield _mail()
    if database:
        yield _clock()
        yield _workers()
        yield _stops()


def _switches() -> Iterator[Line]:
    for name, on in (("GUANHAO_DEBUG", settings.DEBUG), ("GUANHAO_TEST_SWITCH", settings.TEST_SWITCH)):
        if on:
            yield wrong(
                "switches",
                Text(zh=f"{name} 打开着。", en=f"{name} is on."),
                Text(zh=f"正式使用时去掉 {name}。", en=f"Take {name} out of a real installation."),
            )
    if settings.DEMO:
        yield warning(
            "switches",
            Text(zh="这是演示环境（GUANHAO_DEMO）。", en="This is a demonstration (GUANHAO_DEMO)."),
            Text(zh="正式使用时去掉 GUANHAO_DEMO。", en="Take GUANHAO_DEMO out of a real installation."),
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        yield warning(
            "address",
            Text(
                zh=f"GUANHAO_PUBLIC_URL 不是 https：{settings.PUBLIC_URL}",
                en=f"GUANHAO_PUBLIC_URL is not https: {settings.PUBLIC_URL}",
            ),
            Text(
                zh="前面加 TLS 反向代理，改为 https 地址。",
                en="Put a TLS proxy in front and give the https address.",
            ),
        )
    elif not settings.TRUSTED_PROXIES:
        yield warning(
            "address",
            Text(zh="没有设置可信代理，登录记录会全是代理的地址。", en="No trusted proxy is named: every sign-in is recorded with the proxy's address."),
            Text(zh="设置 GUANHAO_TRUSTED_PROXIES。", en="Set GUANHAO_TRUSTED_PROXIES."),
        )  # fmt: skip
    else:
        yield good("address", f"对外地址 {settings.PUBLIC_URL}", f"Reached at {settings.PUBLIC_URL}")


def _disk() -> Iterator[Line]:
    for place in sorted({_existing(Path(settings.VAR_DIR)), _existing(Path(settings.MEDIA_ROOT))}):
        usage = shutil.disk_usage(place)
        free = f"{usage.free / GIBIBYTE:.1f} GiB"
        found = Text(zh=f"{place} 还剩 {free}", en=f"{free} free at {place}")
        mend = Text(
            zh="清理或扩容；写满后不再发送。", en="Free or add space; nothing is sent from a full disk."
        )
        if usage.free < LEAST_FREE:
            yield wrong("disk", found, mend)
        elif usage.free < usage.total * LOW_SHARE:
            yield warning("disk", found, mend)
        else:
            yield good("disk", found.zh, found.en)


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.absolute().parents) if place.exists())


@dataclass(frozen=True, slots=True)
class _Platform:
    """A platform whose address is tried: the line's name, its hosts, its setting, what people call it."""

    name: str
    hosts: frozenset[str]
    setting: str
    title: Text


_WECHAT = _Platform("wechat", WECHAT_HOSTS, "GUANHAO_WECHAT_BASE_URL", Text(zh="微信", en="WeChat"))
_WEIBO = _Platform("weibo", WEIBO_HOSTS, "GUANHAO_WEIBO_BASE_URL", Text(zh="微博", en="Weibo"))


def _uses_weibo() -> bool:
    with tenancy.everywhere("whether any institution registered a Weibo app"):
        return PlatformApp.objects.filter(platform=_WEIBO.name).exists()


def _platform(platform: _Platform, address: str) -> Line:
    try:
        caller = http.caller(address, platform.hosts, seconds=CONNECT_SECONDS)
    except http.NotAllowed as refused:
        mend = Text(
            zh=f"改正 {platform.setting} 或去掉它。",
            en=f"Correct {platform.setting} or leave it out.",
        )
        return wrong(
            platform.name,
            Text(
                zh=f"平台地址 {address} 不能用：{refused}",
                en=f"The platform's address {address} cannot be used: {refused}",
            ),
            mend,
        )
    try:
        caller.call("GET", "/")
    except http.CallFailed as failed:
        mend = Text(
            zh="检查域名解析、出口防火墙和证书。", en="See name resolution, the firewall and certificates."
        )
        return wrong(
            platform.name,
            Text(zh=f"{address} 连接不上：{failed}", en=f"{address} cannot be reached: {failed}"),
            mend,
        )
    title = platform.title
    return good(
        platform.name, f"{title.zh}平台可以连接（{address}）", f"{title.en} can be reached ({address})"
    )


def _mail() -> Line:
    if settings.EMAIL_BACKEND != SMTP_BACKEND:
        return warning(
            "mail",
            Text(zh=f"邮件不经 SMTP 发出（{settings.EMAIL_BACKEND}）。", en=f"Mail does not leave by SMTP ({settings.EMAIL_BACKEND})."),
            Text(zh="设置 GUANHAO_EMAIL_HOST，去掉 GUANHAO_EMAIL_BACKEND。", en="Set GUANHAO_EMAIL_HOST and leave GUANHAO_EMAIL_BACKEND out."),
        )  # fmt: skip
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    server = get_connection(timeout=CONNECT_SECONDS)
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        mend = Text(
            zh="检查 GUANHAO_EMAIL_* 和邮件服务器；提醒和存证邮件发不出去。",
            en="See GUANHAO_EMAIL_* and the server; reminders and checkpoints cannot be mailed.",
        )
        return wrong(
            "mail",
            Text(
                zh=f"邮件服务器 {place} 用不了：{error}",
                en=f"The mail server {place} cannot be used: {error}",
            ),
            mend,
        )
    finally:
        server.close()
    return good("mail", f"邮件服务器可用（{place}）", f"The mail server answers ({place})")


def _clock() -> Line:
    apart = abs(clock.now() - database_now())
    found = Text(
        zh=f"本机与数据库的时钟相差 {apart.total_seconds():.1f} 秒",
        en=f"The clocks of host and database are {apart.total_seconds():.1f} s apart",
    )
    mend = Text(
        zh="在两台机器上启用 NTP（chrony 或 systemd-timesyncd）。",
        en="Run NTP (chrony or systemd-timesyncd) on both.",
    )
    if apart >= CLOCK_WRONG:
        return wrong("clock", found, mend)
    return warning("clock", found, mend) if apart >= CLOCK_WARNS else good("clock", found.zh, found.en)


def _workers() -> Line:
    served = {queue for beat in heartbeats.alive() for queue in beat.queues}
    missing = sorted(set(Queue) - served)
    if missing:
        return wrong(
            "worker",
            Text(zh=f"没有后台程序在处理：{'、'.join(missing)}", en=f"No worker serves: {', '.join(missing)}"),
            Text(zh="启动 guanhao worker（systemctl start guanhao-worker），看它的日志。",
                 en="Start guanhao worker (systemctl start guanhao-worker) and read its log."),
        )  # fmt: skip
    return good("worker", "每个队列都有后台程序", "Every queue has a worker")


def _stops() -> Line:
    with tenancy.everywhere("whether publishing is stopped anywhere in this installation"):
        stopped = Stop.objects.filter(lifted_at__isnull=True).count()
    if stopped:
        return warning(
            "stops",
            Text(zh=f"有 {stopped} 项停发未解除。", en=f"{stopped} stop(s) are in force."),
            Text(zh="在发布页确认后由两人解除。", en="Two people release them on the publishing page."),
        )
    return good("stops", "没有停发", "Nothing is stopped")
