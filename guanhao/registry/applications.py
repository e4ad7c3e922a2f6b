"""The app an institution registered with a platform (平台应用): its key, its sealed secret, what the console says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from guanhao.core import clock, http
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution
from guanhao.people.permissions import Permission
from guanhao.platforms.weibo.client import HOSTS, App, Weibo
from guanhao.registry import checks, vault
from guanhao.registry.models import PlatformApp

WEIBO = "weibo"
CALL_SECONDS = 20.0  # less than any lease
BACK = "/accounts/weibo/back/"  # where the platform's page of consent sends the browser
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}|\d{1,3}(?:\.\d{1,3}){3}")
_KEY = re.compile(r"[0-9A-Za-z]{4,40}")
_MOST_DOMAINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What the console says of an app. An empty ``secret`` keeps the one that is set."""

    key: str
    secret: str = field(default="", repr=False)
    redirect_uri: str = ""
    safe_domains: tuple[str, ...] = ()
    reviewed: bool = False
    may_delete: bool = False


def weibo() -> Weibo:
    """A client of the configured Weibo address.

    Raises:
        NotAllowed: the address may not be spoken to (security §4.1).
    """
    return Weibo(http.caller(settings.WEIBO_BASE_URL, HOSTS, seconds=CALL_SECONDS))


def usual_redirect() -> str:
    """The redirect address of this installation, to be registered on the platform's console."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{BACK}"


def app_of(institution_id: int, platform: str = WEIBO) -> PlatformApp | None:
    """The institution's app on a platform, where it registered one."""
    app: PlatformApp | None = PlatformApp.objects.filter(
        institution_id=institution_id, platform=platform
    ).first()
    return app


def credentials_of(app: PlatformApp) -> App:
    """The app as the client wants it, its secret opened for one use."""
    return App(app.key, vault.open_app_secret(app), app.redirect_uri)


@transaction.atomic
def set_app(*, actor: Actor, institution: Institution, given: Particulars) -> PlatformApp:
    """Write down the institution's Weibo app, or change what was written. The secret is sealed and never recorded.

    Raises:
        Refused: without the permission, or for a key, address or domain that cannot be one.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_CONNECT))
    domains = tuple(domains_in(given.safe_domains))
    redirect = _redirect(given.redirect_uri or usual_redirect())
    if not _KEY.fullmatch(given.key):
        raise _refuse("App Key 只含字母和数字。", "An app key has letters and digits only.")
    app = PlatformApp.objects.select_for_update().filter(institution=institution, platform=WEIBO).first()
    if app is None and not given.secret:
        raise _refuse("请填写 App Secret。", "Give the app secret.")
    app = app or PlatformApp(institution=institution, platform=WEIBO, version=0)
    app.key, app.redirect_uri, app.safe_domains = given.key, redirect, list(domains)
    app.reviewed, app.may_delete, app.set_at = given.reviewed, given.may_delete, clock.now()
    if given.secret:
        app.version += 1
        app.sealed = vault.seal_app_secret(app, given.secret)
    app.save()
    _tell(actor, app, renewed=bool(given.secret))
    return app


def domains_in(lines: Iterable[str]) -> Iterable[str]:
    """Bare host names, each once; an address pasted whole is cut down to its host.

    Raises:
        Refused: something is no host name, or there are too many.
    """
    names = []
    for line in filter(None, (one.strip().lower() for one in lines)):
        name = (urlsplit(line if "//" in line else f"//{line}").hostname or "").strip(".")
        if not _DOMAIN.fullmatch(name):
            raise _refuse(f"“{line}”不是域名。", f"“{line}” is not a domain.")
        names.append(name)
    if not 1 <= len(set(names)) <= _MOST_DOMAINS:
        raise _refuse(
            f"请填写 1 至 {_MOST_DOMAINS} 个安全域名。", f"Give one to {_MOST_DOMAINS} safe domains."
        )
    return dict.fromkeys(names)


def _redirect(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path != BACK:
        raise _refuse(
            f"回调地址须是本系统的地址，以 {BACK} 结尾。",
            f"The redirect address must be this system's and end in {BACK}.",
        )
    return address


def _tell(actor: Actor, app: PlatformApp, *, renewed: bool) -> None:
    record(
        institution=app.institution,
        actor=actor,
        action=Action.PLATFORM_APP_SET,
        subject=Subject("platform_app", str(app.pk), app.platform),
        facts={
            "platform": app.platform,
            "key": app.key,
            "secret_version": app.version,
            "secret_renewed": renewed,
            "safe_domains": app.safe_domains,
            "reviewed": app.reviewed,
            "may_delete": app.may_delete,
        },
    )


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))
