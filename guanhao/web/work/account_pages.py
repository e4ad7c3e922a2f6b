"""What an account's record shows (账号)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from guanhao.core import clock
from guanhao.custody import checks as custody
from guanhao.people.permissions import Permission
from guanhao.registry import checks, kinds
from guanhao.registry.models import Account
from guanhao.web.forms.accounts import SecretForm, SendingForm, secret_kinds
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.allowances import count_of, notifying
from guanhao.web.work.callback_pages import callback_lines, takes_pushes
from guanhao.web.work.connection_pages import connection_of
from guanhao.web.work.history import history_of
from guanhao.web.work.register_list import verification_of
from guanhao.web.work.register_record import register_context

Rows = QuerySet[Any]
RECENT = 8


@dataclass(frozen=True, slots=True)
class SecretLine:
    """Whether a secret of a kind is set, and since when. Never what it is."""

    label: str
    set_at: Any


def account_context(viewer: Viewer, account: Account) -> dict[str, Any]:
    """The record of one account: particulars, people, what is owed, what may follow, what went out."""
    return {
        **_heading(viewer, account),
        "fit": checks.fit_to_publish(account),
        "holders": account.holders.select_related("person").order_by("slot"),
        "pushes": account.pushes.order_by("-due_at")[:RECENT],
        **register_context(viewer, account),
        "entries": history_of(viewer, ("account", [account.pk])),
    }


def interface_context(viewer: Viewer, account: Account, form: SecretForm | None = None) -> dict[str, Any]:
    """How we speak to the account's platform; forms only for whoever may connect it."""
    heading = _heading(viewer, account)
    connects = heading["connects"]
    return {
        **heading,
        "capabilities": account.capabilities.order_by("capability"),
        "connection": connection_of(viewer, account),
        "sets_app": viewer.may(Permission.ACCOUNT_CONNECT),
        "secrets": secrets_of(account) if connects else [],
        "callback": callback_lines(account) if connects and takes_pushes(account) else None,
        "by_hand": adapter_of(viewer, account) == "manual",
        "reaches": checks.is_connected(account),
        "form": (form or SecretForm(account.platform)) if connects else None,
        "sending_form": sending_form(viewer, account) if connects and notifying(account) else None,
        "count": count_of(account, clock.now()),
        "verification": verification_of(account),
    }


def _heading(viewer: Viewer, account: Account) -> dict[str, Any]:
    """What the pages of an account share: its name and platform, and which of them the viewer may open."""
    platform = kinds.platforms(viewer.rulebook).get(account.platform)
    kind = platform.kinds.get(account.kind) if platform else None
    return {
        "account": account,
        "platform": platform_of(viewer, account),
        "kind": said(kind.title) if kind else "",
        "connects": bool(checks.may_connect(viewer.actor, account)),
        "runs": custody.runs(account, viewer.person),
    }


def sending_form(viewer: Viewer, account: Account, data: Any = None) -> SendingForm:
    """The form about how the account sends; its kinds are the rulebook's for the platform."""
    platform = kinds.platforms(viewer.rulebook).get(account.platform)
    offered = [(key, said(kind.title)) for key, kind in (platform.kinds if platform else {}).items()]
    return SendingForm(offered, account, data)


def secrets_of(account: Account) -> list[SecretLine]:
    """Each kind of secret, set or not."""
    rows = dict(account.secrets.filter(retired_at__isnull=True).values_list("kind", "set_at"))
    return [SecretLine(str(kind.label), rows.get(kind.value)) for kind in secret_kinds(account.platform)]


def platform_of(viewer: Viewer, account: Account) -> str:
    """The platform's name in the rulebook's words."""
    return said(kinds.title_of(account.platform, kinds.platforms(viewer.rulebook)))


def adapter_of(viewer: Viewer, account: Account) -> str:
    """Which client speaks to the account's platform; ``manual`` where nobody does."""
    word = kinds.platforms(viewer.rulebook).get(account.platform)
    return word.adapter if word else "manual"
