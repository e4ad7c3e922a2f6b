"""The list of accounts (账号) and what an account's record shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.people.permissions import Permission
from guanhao.registry import checks
from guanhao.registry.models import Account
from guanhao.registry.types import AccountState
from guanhao.web.forms.accounts import SecretForm, SendingForm, secret_kinds
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import state_of
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.allowances import count_of, notifying
from guanhao.web.work.callback_pages import callback_lines, takes_pushes
from guanhao.web.work.connection_pages import connection_of
from guanhao.web.work.history import history_of

Rows = QuerySet[Any]
RECENT = 8


@dataclass(frozen=True, slots=True)
class SecretLine:
    """Whether a secret of a kind is set, and since when. Never what it is."""

    label: str
    set_at: Any


def with_what_it_shows(rows: Rows) -> Rows:
    """Accounts with their persons and the number of holders."""
    related = rows.select_related("owner_unit", "first_responsible", "manager")
    counted: Rows = related.annotate(holder_count=Count("holders", distinct=True))
    return counted


def account_list(viewer: Viewer) -> ListSpec:
    """What the list is."""
    platforms = viewer.rulebook.platforms
    return ListSpec(
        title=_("账号"),
        columns=_columns(viewer),
        empty=Empty(why=_("还没有您能看到的账号。"), hint=_("账号由主管部门登记。")),
        order=("-flagship", "platform", "name"),
        tabs=(
            Tab(key="active", label=_("在用"), apply=lambda rows: rows.filter(state=AccountState.ACTIVE)),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=(
            Filter(
                key="platform",
                label=_("平台"),
                choices=tuple((key, said(word.title)) for key, word in platforms.items()),
                apply=lambda rows, key: rows.filter(platform=key),
            ),
        ),
        search=("name", "handle", "owner_unit__name"),
        template="web/accounts/list.html",
    )


def _columns(viewer: Viewer) -> tuple[Column, ...]:
    return (
        Column(key="name", label=_("名称"), value=_name, sort=("name",), main=True),
        Column(
            key="platform",
            label=_("平台"),
            value=lambda row: platform_of(viewer, row),
            sort=("platform",),
            tight=True,
        ),
        Column(
            key="unit", label=_("单位"), value=lambda row: row.owner_unit.name, sort=("owner_unit__name",)
        ),
        Column(key="responsible", label=_("第一责任人"), value=lambda row: _named(row.first_responsible)),
        Column(key="manager", label=_("管理员"), value=lambda row: _named(row.manager)),
        Column(
            key="holders",
            label=_("保管人"),
            value=lambda row: row.holder_count,
            sort=("holder_count",),
            number=True,
        ),
        Column(
            key="number",
            label=_("备案编号"),
            value=lambda row: row.filing_number,
            sort=("filing_number",),
        ),
        Column(key="state", label=_("状态"), value=state_of, sort=("state",), tight=True),
    )


def account_context(viewer: Viewer, account: Account, form: SecretForm | None = None) -> dict[str, Any]:
    """The record of one account."""
    connects = bool(checks.may_connect(viewer.actor, account))
    kind = viewer.rulebook.account_kinds.get(account.kind)
    return {
        "account": account,
        "platform": platform_of(viewer, account),
        "kind": said(kind.title) if kind else "",
        "fit": checks.fit_to_publish(account),
        "holders": account.holders.select_related("person").order_by("slot"),
        "capabilities": account.capabilities.order_by("capability"),
        "connection": connection_of(viewer, account),
        "sets_app": viewer.may(Permission.ACCOUNT_CONNECT),
        "secrets": secrets_of(account) if connects else [],
        "connects": connects,
        "callback": callback_lines(account) if connects and takes_pushes(account) else None,
        "by_hand": adapter_of(viewer, account) == "manual",
        "form": (form or SecretForm(account.platform)) if connects else None,
        "sending_form": sending_form(viewer, account) if connects and notifying(account) else None,
        "count": count_of(account, clock.now()),
        "pushes": account.pushes.order_by("-due_at")[:RECENT],
        "entries": history_of(viewer, ("account", [account.pk])),
    }


def sending_form(viewer: Viewer, account: Account, data: Any = None) -> SendingForm:
    """The form about how the account sends; its kinds are the rulebook's for the platform."""
    kinds = [
        (key, said(kind.title))
        for key, kind in viewer.rulebook.account_kinds.items()
        if kind.platform == account.platform
    ]
    return SendingForm(kinds, account, data)


def secrets_of(account: Account) -> list[SecretLine]:
    """Each kind of secret, set or not."""
    rows = dict(account.secrets.filter(retired_at__isnull=True).values_list("kind", "set_at"))
    return [SecretLine(str(kind.label), rows.get(kind.value)) for kind in secret_kinds(account.platform)]


def platform_of(viewer: Viewer, account: Account) -> str:
    """The platform's name in the rulebook's words."""
    word = viewer.rulebook.platforms.get(account.platform)
    return said(word.title) if word else account.platform


def adapter_of(viewer: Viewer, account: Account) -> str:
    """Which client speaks to the account's platform; ``manual`` where nobody does."""
    word = viewer.rulebook.platforms.get(account.platform)
    return word.adapter if word else "manual"


def _name(account: Account) -> Link:
    return Link(account.name, reverse("account", args=[account.pk]))


def _named(person: Any) -> str:
    return person.name if person else ""
