"""Changes to the directory: opened or closed, who may frame its widget; the texts of QR codes. One event each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import transaction

from guanhao.contents import isolated
from guanhao.contents.assets import NoSuchFile, open_asset
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.directory.models import Directory, KnownCode
from guanhao.directory.reading import code_key
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution
from guanhao.people.permissions import Permission
from guanhao.registry import checks
from guanhao.registry.models import Account

MOST_HOSTS = 20
_HOST = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d{2,5})?")


@transaction.atomic
def set_directory(
    *, actor: Actor, institution: Institution, is_open: bool, hosts: Iterable[str] = ()
) -> Directory:
    """Open or close the directory, and say which sites may show its widget in a frame.

    Raises:
        Refused: without the permission, or for a site that is none.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    sites = _sites(hosts)
    row: Directory
    row, _new = Directory.objects.select_for_update().get_or_create(
        institution=institution, defaults={"changed_at": clock.now()}
    )
    row.open, row.hosts, row.changed_at = is_open, sites, clock.now()
    row.save(update_fields=["open", "hosts", "changed_at"])
    record(
        institution=institution,
        actor=actor,
        action=Action.DIRECTORY_CHANGED,
        subject=Subject("institution", str(institution.pk), institution.name),
        facts={"open": is_open, "hosts": sites},
    )
    return row


def learn_code(account: Account) -> bool:
    """Read the account's stored QR code, so that a scanned one is recognised; whether it says something.

    Follows from the account's own event and states nothing new, so the ledger does not record it again.
    """
    known = KnownCode.objects.filter(account=account)
    if not account.qr:
        known.delete()
        return False
    if known.filter(picture=account.qr).exists():
        return True
    try:
        data, _mime = open_asset(account.qr)
        texts = isolated.run("codes", {}, data).value["texts"]
    except (NoSuchFile, isolated.FileRefused):
        texts = []
    with transaction.atomic():
        known.delete()
        for key in dict.fromkeys(code_key(text) for text in texts):
            KnownCode(
                institution_id=account.institution_id, account=account, picture=account.qr, key=key
            ).save()
    return bool(texts)


def _sites(hosts: Iterable[str]) -> list[str]:
    """Origins, each once; an address pasted whole is cut down to its origin."""
    sites = []
    for line in filter(None, (host.strip().lower() for host in hosts)):
        parts = urlsplit(line if "//" in line else f"https://{line}")
        site = f"{parts.scheme}://{parts.netloc}"
        if not _HOST.fullmatch(site):
            raise Refused(
                Denied(Text(zh=f"“{line}”不是网站地址。", en=f"“{line}” is not the address of a site."))
            )
        sites.append(site)
    if len(set(sites)) > MOST_HOSTS:
        raise Refused(Denied(Text(zh=f"最多填写 {MOST_HOSTS} 个网站。", en=f"At most {MOST_HOSTS} sites.")))
    return list(dict.fromkeys(sites))
