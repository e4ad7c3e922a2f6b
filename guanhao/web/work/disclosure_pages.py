"""Lawful disclosure as pages: the list, what was asked, who decided, the file."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.privacy import checks
from guanhao.privacy.models import Disclosure
from guanhao.registry.models import Account
from guanhao.web.access import one
from guanhao.web.forms.disclosures import DeliveryForm, DisclosureForm
from guanhao.web.lists import Column, Empty, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer
from guanhao.web.work.history import history_of


def disclosures(viewer: Viewer) -> QuerySet[Disclosure]:
    """What authorities asked the institution for; the view asks for the permission."""
    rows: QuerySet[Disclosure] = Disclosure.objects.filter(institution=viewer.institution)
    return rows.select_related(
        "institution", "account", "instrument", "job", "prepared_by", "decided_by", "delivered_by"
    )


def disclosure_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("依法调取"),
        columns=(
            Column(key="number", label=_("法律文书编号"), main=True,
                   value=lambda row: Link(row.instrument_no, reverse("disclosure", args=[row.pk]))),
            Column(key="state", label=_("状态"), value=standing_of, tight=True),
            Column(key="authority", label=_("调取机关"), value=lambda row: row.authority, sort=("authority",)),
            Column(key="by", label=_("登记人"), value=lambda row: row.prepared_by.name, tight=True),
            Column(key="at", label=_("登记时间"), value=lambda row: row.prepared_at, sort=("prepared_at",), tight=True),
        ),
        order=("-prepared_at",),
        tabs=(
            Tab(key="open", label=_("在办"), apply=lambda rows: rows.filter(delivered_at__isnull=True).exclude(
                decided_at__isnull=False, approved=False)),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        search=("authority", "instrument_no", "purpose"),
        empty=Empty(
            why=_("没有依法调取"),
            hint=_("公安机关、国家安全机关等凭法律文书调取数据时在这里登记，由另一人批准后生成资料。"),
            action=_("登记调取"),
            address=reverse("disclosure_new"),
        ),
        template="web/privacy/disclosures.html",
    )  # fmt: skip


def standing_of(row: Any) -> Mark:
    """Where it stands."""
    if row.delivered_at is not None:
        return Mark(_("已交付"), DONE, icon="check")
    if row.decided_at is None:
        return Mark(_("等待批准"), WAITING, icon="clock")
    if not row.approved:
        return Mark(_("未批准"), NEUTRAL)
    if checks.is_there(row):
        return Mark(_("可下载"), DONE, icon="check")
    if row.job is not None and row.job.set_aside_at is not None:
        return Mark(_("未能生成"), BLOCKED, icon="alert-triangle")
    return Mark(_("已过期删除"), NEUTRAL) if row.made_at else Mark(_("生成中"), WAITING, icon="clock")


def disclosure_form(viewer: Viewer, data: Any = None, files: Any = None) -> DisclosureForm:
    """The form, offering every account of the institution."""
    accounts = Account.objects.visible_to(viewer.person).order_by("name").values_list("pk", "name")
    offered = [("", _("不限账号")), *((str(key), name) for key, name in accounts)]
    return DisclosureForm(data, files, accounts=offered)


def account_of(viewer: Viewer, key: str) -> Account | None:
    """The account chosen, or none."""
    return one(Account.objects.visible_to(viewer.person), pk=int(key)) if key else None


def disclosure_context(viewer: Viewer, row: Disclosure) -> dict[str, Any]:
    """What the page of one shows; the file itself is for the two only."""
    person = viewer.person
    party, there = bool(checks.is_party(row, person)), bool(checks.is_there(row))
    failed = row.job is not None and row.job.set_aside_at is not None
    gone = row.approved and row.made_at is not None and not there and row.delivered_at is None
    return {
        "row": row,
        "standing": standing_of(row),
        "persons": row.persons.select_related("person").order_by("person__name"),
        "may_approve": checks.may_approve_disclosure(row, person),
        "party": party,
        "there": there,
        "again": party and (failed or gone),
        "failed": failed,
        "to_deliver": party and row.made_at is not None and row.delivered_at is None,
        "delivery_form": DeliveryForm(),
        "history": history_of(viewer, ("disclosure", [row.pk])),
    }
