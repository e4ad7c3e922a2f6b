"""The register as a list (账号): the office's daily questions as filters, a line of figures above them, every column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from guanhao.core import clock
from guanhao.duties.models import Duty
from guanhao.people.models import Unit
from guanhao.people.permissions import Permission
from guanhao.people.tree import with_units_below
from guanhao.registry import kinds
from guanhao.registry.conditions import Condition, conditions
from guanhao.registry.models import Account, Holder, Operator
from guanhao.registry.types import GONE, IN_USE, AccountState
from guanhao.screening.namekeys import fold
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import Mark, state_of
from guanhao.web.paths import numbered
from guanhao.web.viewer import Viewer, listed, said

Rows = QuerySet[Any]
WAITING = (AccountState.APPLIED, AccountState.APPROVED)
LABELS: dict[Condition, str | Promise] = {
    Condition.OVERDUE: gettext_lazy("逾期"),
    Condition.UNVERIFIED: gettext_lazy("未认证"),
    Condition.EXPIRED: gettext_lazy("认证到期"),
    Condition.UNINSPECTED: gettext_lazy("未年检"),
    Condition.DORMANT: gettext_lazy("停更"),
    Condition.CHANGED: gettext_lazy("备案后有变更"),
    Condition.UNNUMBERED: gettext_lazy("没有备案编号"),
    Condition.UNANSWERED: gettext_lazy("没有在任责任人"),
    Condition.UNRUN: gettext_lazy("没有日常管理人"),
}
GRAVE = (Condition.OVERDUE, Condition.EXPIRED, Condition.UNINSPECTED, Condition.UNANSWERED)


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures above the list, leading to the accounts it counts."""

    label: str
    count: int
    address: str
    tone: str


def found_conditions(viewer: Viewer) -> dict[Condition, Q]:
    """The office's questions as they stand at this moment; overdue is also what a clause has owed for too long."""
    now = clock.now()
    found = dict(conditions(viewer.rulebook, clock.today(), now))
    late = Duty.objects.late(now).filter(account__isnull=False).values("account")
    found[Condition.OVERDUE] |= Q(state__in=IN_USE, pk__in=late)
    return found


def figures(viewer: Viewer, rows: Rows) -> list[Figure]:
    """How many accounts answer each of the daily questions, in one query."""
    found = found_conditions(viewer)
    counts = rows.aggregate(
        in_use=Count("pk", filter=Q(state__in=IN_USE)),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        **{key.value: Count("pk", filter=condition) for key, condition in found.items()},
    )
    base = reverse("accounts")
    told = [
        Figure(_("在用"), counts["in_use"], f"{base}?tab=active", "neutral"),
        Figure(_("待备案"), counts["waiting"], f"{base}?tab=waiting", "waiting"),
    ]
    return told + [
        Figure(
            str(label),
            counts[key.value],
            f"{base}?tab=active&is={key.value}",
            "blocked" if key in GRAVE else "waiting",
        )
        for key, label in LABELS.items()
    ]


def with_what_it_shows(rows: Rows) -> Rows:
    """Accounts with their people; holders are counted for the rows that are shown only."""
    held = Holder.objects.filter(account=OuterRef("pk")).order_by().values("account")
    serving = Operator.objects.serving().select_related("person").order_by("since", "pk")
    shown: Rows = (
        rows.select_related(
            "owner_unit", "first_responsible", "supervising_leader", "manager", "bound_administrator"
        )
        .prefetch_related(Prefetch("operators", serving, to_attr="serving"))
        .annotate(holder_count=Subquery(held.annotate(count=Count("pk")).values("count")))
    )
    return shown


def account_list(viewer: Viewer) -> ListSpec:
    """What the list is."""

    def mine(rows: Any) -> Rows:
        answered: Rows = rows.answered_by(viewer.person)
        return answered

    return ListSpec(
        title=pgettext("the list", "账号"),
        columns=_columns(viewer),
        empty=Empty(why=_("还没有您能看到的账号。"), hint=_("账号由主管部门登记。")),
        order=(F("flagship").desc(), "platform", "name"),
        tabs=(
            Tab(key="active", label=_("在用"), apply=lambda rows: rows.filter(state__in=IN_USE)),
            Tab(key="waiting", label=_("待备案"), apply=lambda rows: rows.filter(state__in=WAITING)),
            Tab(key="gone", label=_("已关闭"), apply=lambda rows: rows.filter(state__in=GONE)),
            Tab(key="mine", label=_("我负责的"), apply=mine),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=_filters(viewer),
        search=("name",),  # so that the page offers the search; `find` says how a word is sought
        find=find,
        template="web/accounts/list.html",
        context={"registers": viewer.may(Permission.ACCOUNT_MANAGE)},
    )


def find(rows: Rows, word: str) -> Rows:
    """Accounts with the word in name, id, number, unit or the name of somebody who answers for them.

    The name is also sought as it is folded, so that 學 finds 学 and full-width letters find plain ones on any database.
    """
    plain = (
        "name",
        "handle",
        "filing_number",
        "owner_unit__name",
        "owner_unit__short_name",
        "first_responsible__name",
        "supervising_leader__name",
        "manager__name",
    )
    word = normalize("NFKC", word)
    wanted = Q()
    for name in plain:
        wanted |= Q(**{f"{name}__icontains": word})
    folded = fold(word)
    if folded:
        wanted |= Q(name_key__contains=folded)
    serving = Operator.objects.serving().filter(person__name__icontains=word)
    return rows.filter(wanted | Q(pk__in=serving.values("account")))


def _filters(viewer: Viewer) -> tuple[Filter, ...]:
    found = found_conditions(viewer)
    platforms = kinds.platforms(viewer.rulebook)
    units = Unit.objects.filter(Exists(Account.objects.filter(owner_unit=OuterRef("pk")))).values_list(
        "pk", "name"
    )
    return (
        Filter(
            key="is",
            label=_("情况"),
            choices=tuple((key.value, label) for key, label in LABELS.items()),
            apply=lambda rows, key: rows.filter(found[Condition(key)]),
        ),
        Filter(
            key="state",
            label=_("状态"),
            choices=tuple(AccountState.choices),
            apply=lambda rows, key: rows.filter(state=key),
        ),
        Filter(
            key="platform",
            label=_("平台"),
            choices=tuple((key, said(word.title)) for key, word in platforms.items()),
            apply=lambda rows, key: rows.filter(platform=key),
        ),
        Filter(
            key="unit",
            label=_("单位"),
            choices=tuple((str(pk), name) for pk, name in units),
            apply=lambda rows, key: rows.filter(owner_unit__in=with_units_below(frozenset({int(key)}))),
        ),
        Filter(
            key="tier",
            label=_("层级"),
            choices=(("0", _("校级")), ("1", _("二级")), ("2", _("三级"))),
            apply=lambda rows, key: rows.filter(tier=int(key)),
        ),
    )


def _columns(viewer: Viewer) -> tuple[Column, ...]:
    platforms = kinds.platforms(viewer.rulebook)

    def kind(row: Account) -> str:
        platform = platforms.get(row.platform)
        word = platform.kinds.get(row.kind) if platform else None
        return said(word.title) if word else row.kind

    return (
        Column(key="name", label=_("名称"), value=_name, sort=("name",), main=True),
        Column(
            key="platform",
            label=_("平台"),
            value=lambda row: said(kinds.title_of(row.platform, platforms)),
            sort=("platform",),
            tight=True,
        ),
        Column(
            key="unit", label=_("单位"), value=lambda row: row.owner_unit.name, sort=("owner_unit__name",)
        ),
        *_people_columns(),
        Column(
            key="number",
            label=_("备案编号"),
            value=lambda row: row.filing_number,
            sort=("filing_number",),
        ),
        Column(key="verified", label=_("认证"), value=verification_of, sort=("verified",), tight=True),
        Column(key="state", label=_("状态"), value=state_of, sort=("state",), tight=True),
        Column(key="kind", label=_("账号类型"), value=kind, usual=False),
        *_further_columns(),
    )


def _people_columns() -> tuple[Column, ...]:
    return (
        Column(key="responsible", label=_("第一责任人"), value=lambda row: named(row.first_responsible)),
        Column(
            key="leader",
            label=_("主管领导"),
            value=lambda row: named(row.supervising_leader),
            usual=False,
        ),
        Column(key="manager", label=_("日常管理人"), value=lambda row: named(row.manager), on_phone=False),
        Column(
            key="operators",
            label=_("管理员"),
            value=lambda row: listed(one.person.name for one in row.serving),
            usual=False,
        ),
        Column(
            key="bound",
            label=_("平台绑定管理员"),
            value=lambda row: named(row.bound_administrator),
            usual=False,
        ),
        Column(
            key="holders",
            label=_("保管人"),
            value=lambda row: row.holder_count or 0,
            sort=("holder_count",),
            number=True,
            usual=False,
        ),
    )


def _further_columns() -> tuple[Column, ...]:
    """What the ledger has beyond a screen's width: chosen by whoever wants it, all of it in the ledger's export."""

    def plain(key: str, label: str) -> Column:
        return Column(
            key=key, label=label, value=lambda row: getattr(row, key) or "", sort=(key,), usual=False
        )

    return (
        plain("handle", _("账号标识")),
        plain("tier", _("层级")),
        Column(
            key="flagship",
            label=_("校级主账号"),
            value=lambda row: _("是") if row.flagship else "",
            usual=False,
        ),
        plain("verified_until", _("认证到期")),
        plain("opened_on", _("开通日期")),
        plain("filed_at", _("最近备案")),
        plain("inspected_on", _("最近年检")),
        plain("last_published_at", _("最近发布")),
        plain("closed_on", _("关闭日期")),
        plain("address", _("网址")),
        plain("purpose", _("用途")),
        plain("audience", _("面向人群")),
    )


def verification_of(account: Account) -> Mark:
    """Whether the platform has verified the account, and whether that still holds."""
    if account.verified and account.verified_until and account.verified_until < clock.today():
        return Mark(_("认证到期"), "blocked", "alert-triangle")
    if account.verified:
        return Mark(_("已认证"), "done", "check")
    if account.verification_withdrawn_on:
        return Mark(_("认证已撤销"), "blocked", "alert-triangle")
    return Mark(_("未认证"), "waiting", "clock")


def named(person: Any) -> str:
    """A person's name, or nothing."""
    return person.name if person else ""


def _name(account: Account) -> Link:
    return Link(account.name, numbered("account", account.pk))
