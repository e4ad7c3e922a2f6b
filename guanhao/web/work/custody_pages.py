"""The list of what must be replaced and the page of one account's custody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.custody import checks, proving
from guanhao.custody.models import Emergency, Exposure, Reveal
from guanhao.custody.types import REVEALABLE, VOICES
from guanhao.people.permissions import Permission
from guanhao.registry import checks as connecting
from guanhao.registry.checks import slots_of
from guanhao.registry.models import Account, Holder, Secret
from guanhao.registry.types import SecretKind
from guanhao.web.forms.custody import HolderForm, LeakForm, LookForm, StatementForm
from guanhao.web.fresh import confirm_first, is_fresh, second_factor_first, second_factor_is_fresh
from guanhao.web.lists import Cite, Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, WAITING, Mark, due_mark
from guanhao.web.paths import numbered
from guanhao.web.viewer import Viewer, WebRequest, listed, said
from guanhao.web.work import custody_access
from guanhao.web.work.account_pages import platform_of

MOST_LOOKS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One numbered slot and who has it."""

    number: int
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret as its keepers see it: never what it is."""

    secret: Secret
    label: str
    owed: bool
    proven: bool
    by_platform: bool
    may_attest: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A running emergency and what the viewer may do about it."""

    emergency: Emergency
    agreed: str
    missing: int
    may_agree: bool
    own: bool


def exposure_list(viewer: Viewer) -> ListSpec:
    """What the list is."""
    platforms = tuple((key, word.title.zh) for key, word in viewer.rulebook.platforms.items())
    return ListSpec(
        title=_("待更换的密钥"),
        columns=_columns(),
        empty=Empty(
            why=_("没有需要更换的密钥。"),
            hint=_(
                "保管人离任、调离、更换，或报告泄露后，涉及的密钥会出现在这里，直到平台或第二人确认已更换。"
            ),
        ),
        order=("due_at", "pk"),
        tabs=(
            Tab(key="open", label=_("未完成"), apply=_open),
            Tab(key="overdue", label=_("已逾期"), apply=_overdue),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=(
            Filter(
                key="platform",
                label=_("平台"),
                choices=platforms,
                apply=lambda rows, key: rows.filter(secret__account__platform=key),
            ),
        ),
        search=("secret__account__name", "person__name"),
        template="web/custody/list.html",
    )


def _open(rows: Any) -> Any:
    return rows.open()


def _overdue(rows: Any) -> Any:
    return rows.overdue(clock.now())


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="account", label=_("账号"), value=_account, sort=("secret__account__name",), main=True),
        Column(key="kind", label=_("密钥"), value=lambda row: row.secret.get_kind_display()),
        Column(key="why", label=_("原因"), value=lambda row: row.get_why_display(), sort=("why",)),
        Column(key="person", label=_("知情人"), value=lambda row: row.person.name if row.person else ""),
        Column(key="due", label=_("期限"), value=lambda row: row.due_at, sort=("due_at",), tight=True),
        Column(key="state", label=_("状态"), value=standing_of, tight=True),
        Column(
            key="rule",
            label=_("依据"),
            value=lambda row: Cite(row.article, row.clause) if row.article else "",
        ),
    )


def standing_of(exposure: Exposure) -> Mark:
    """Where the replacement stands, in one word and its tone."""
    if exposure.closed_at is not None:
        return Mark(_("已更换"), DONE, "check")
    late = due_mark(exposure.due_at)
    if late is not None and late.tone == BLOCKED:
        return late
    replaced = exposure.secret.retired_at is not None
    return Mark(_("已录入，待确认") if replaced else _("待更换"), WAITING, "clock")


def _account(row: Exposure) -> Link:
    account = row.secret.account
    return Link(account.name, numbered("account_custody", account.pk))


def kinds_of(account: Account) -> list[str]:
    """The kinds of which the account has a secret that somebody may look at."""
    kinds = Secret.objects.filter(account=account, retired_at__isnull=True).values_list("kind", flat=True)
    return [kind for kind in kinds.order_by("kind") if SecretKind(kind) in REVEALABLE]


def custody_context(request: WebRequest, account: Account) -> dict[str, Any]:
    """Everything the page of one account shows."""
    viewer = request.viewer
    kinds = kinds_of(account)
    holds = checks.holds(account, viewer.person)
    owed = list(custody_access.exposures(viewer).open().of(account).order_by("due_at"))
    place = reverse("account_custody", args=[account.pk])
    asked = _emergencies(viewer, account)
    return {
        "account": account,
        "platform": platform_of(viewer, account),
        "connects": bool(connecting.may_connect(viewer.actor, account)),
        "owed": [(row, standing_of(row)) for row in owed],
        "places": _places(account),
        "kept": _kept(viewer, account, owed),
        "manages": viewer.may(Permission.ACCOUNT_MANAGE),
        "holds": holds,
        "looks_now": holds or any(one.own and one.emergency.granted_at for one in asked),
        "confirm_first": "" if second_factor_is_fresh(request) else second_factor_first(request, place),
        "attest_first": "" if is_fresh(request) else confirm_first(place),
        "emergencies": asked,
        "looks": _looks(account),
        "holder_form": HolderForm(custody_access.possible_holders()),
        "look_form": LookForm(kinds),
        "emergency_form": LookForm(kinds),
        "leak_form": LeakForm(),
        "statement_form": StatementForm(),
        "kinds": kinds,
    }


def told_after(viewer: Viewer, secret: Secret) -> str:
    """What is said after a secret was set; where a replacement is owed the platform is asked at once."""
    if secret.kind not in set(
        Exposure.objects.open().of(secret.account).values_list("secret__kind", flat=True)
    ):
        return _("已加密保存。请做一次接口自检。")
    if not checks.testable(secret.account, secret.kind):
        return _("已加密保存。请另一人在“密钥保管”页确认旧的已失效。")
    return said(proving.try_platform(actor=viewer.actor, secret=secret).sentence)


def _places(account: Account) -> list[Place]:
    held = {one.slot: one for one in account.holders.select_related("person")}
    numbers = sorted({*slots_of(account), *held})
    return [Place(number, held.get(number)) for number in numbers]


def _kept(viewer: Viewer, account: Account, owed: Iterable[Exposure]) -> list[Kept]:
    rows = Secret.objects.filter(account=account, retired_at__isnull=True).select_related("set_by", "account")
    proven = set(rows.filter(proof__isnull=False).values_list("pk", flat=True))
    replaces = {(row.secret.kind) for row in owed if row.secret.retired_at is not None}
    seen = dict(
        Reveal.objects.filter(secret__in=rows, opened_at__isnull=False)
        .order_by("opened_at")
        .values_list("secret", "opened_at")
    )
    return [
        Kept(
            secret=secret,
            label=str(SecretKind(secret.kind).label),
            owed=secret.kind in replaces and secret.pk not in proven,
            proven=secret.pk in proven,
            by_platform=checks.testable(account, secret.kind),
            may_attest=bool(checks.may_attest(secret, viewer.person)),
            seen_at=seen.get(secret.pk),
        )
        for secret in rows.order_by("kind")
    ]


def _emergencies(viewer: Viewer, account: Account) -> list[Asked]:
    rows = (
        Emergency.objects.filter(account=account).select_related("person").prefetch_related("voices__person")
    )
    running = (rows.waiting() | rows.granted()).order_by("asked_at")
    return [_asked(viewer, one) for one in running]


def _asked(viewer: Viewer, emergency: Emergency) -> Asked:
    agreed = [voice.person for voice in emergency.voices.all() if voice.agrees]
    spoke = any(voice.person_id == viewer.person.pk for voice in emergency.voices.all())
    return Asked(
        emergency=emergency,
        agreed=listed(person.name for person in agreed),
        missing=VOICES - len(agreed),
        may_agree=not spoke and bool(checks.may_agree(emergency, viewer.person)),
        own=emergency.person_id == viewer.person.pk,
    )


def _looks(account: Account) -> Iterable[Reveal]:
    rows = Reveal.objects.filter(secret__account=account, opened_at__isnull=False)
    return rows.select_related("person", "secret").order_by("-opened_at")[:MOST_LOOKS]
