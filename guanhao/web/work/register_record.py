"""What an account's record shows of the register: where it stands and what may follow, its particulars, people, filings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhao.core import clock
from guanhao.core.verdicts import Denied
from guanhao.duties.models import Duty
from guanhao.duties.naming import task_of
from guanhao.people.permissions import Permission
from guanhao.registry import kinds, known, lifecycle, particulars
from guanhao.registry.conditions import held_by
from guanhao.registry.models import Account
from guanhao.registry.types import Tenure
from guanhao.rulebook.labels import label
from guanhao.rulebook.types import Particular
from guanhao.web.forms.register import OperatorForm, StepForm
from guanhao.web.marks import Mark
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import pictures
from guanhao.web.work.duty_pages import due_of, rows, state_mark
from guanhao.web.work.face_pages import faces_of
from guanhao.web.work.register_list import GRAVE, LABELS, found_conditions, verification_of

MOST_OWED = 8
FIELDS: dict[str, str | Promise] = {
    "name": gettext_lazy("名称"),
    "kind": gettext_lazy("账号类型"),
    "handle": gettext_lazy("账号标识"),
    "address": gettext_lazy("网址"),
    "owner_unit_id": gettext_lazy("单位"),
    "flagship": gettext_lazy("校级主账号"),
    "first_responsible_id": gettext_lazy("第一责任人"),
    "supervising_leader_id": gettext_lazy("主管领导"),
    "manager_id": gettext_lazy("日常管理人"),
    "bound_administrator_id": gettext_lazy("平台绑定管理员"),
    "purpose": gettext_lazy("用途"),
    "audience": gettext_lazy("面向人群"),
    "qr": gettext_lazy("二维码"),
    "avatar": gettext_lazy("头像"),
    "operators": gettext_lazy("管理员"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that leads on from where the account stands, with its form where the viewer may take it."""

    key: str
    title: str
    to: str
    brings: list[str]
    denied: Denied | None
    article: str
    due_at: datetime | None
    form: StepForm | None


@dataclass(frozen=True, slots=True)
class Steps:
    """What the viewer may take now, and what is closed to them, each with its reason."""

    open: list[Step]
    closed: list[Step]

    @classmethod
    def parted(cls, steps: list[Step]) -> Steps:
        """The steps, apart by whether they can be taken."""
        return cls([one for one in steps if one.form], [one for one in steps if not one.form])


@dataclass(frozen=True, slots=True)
class Line:
    """One particular: what the register knows, or that it is missing and how badly."""

    label: str
    value: str
    missing: Mark | None = None
    picture: str = ""
    link: str = ""


def register_context(viewer: Viewer, account: Account) -> dict[str, Any]:
    """The register's part of an account's page."""
    filing = particulars.newest_filing(account)
    operators = account.operators.select_related("person").order_by("ended_on", "since")
    manages = viewer.may(Permission.ACCOUNT_MANAGE)
    return {
        "steps": Steps.parted(steps_of(viewer, account)),
        "conditions": [
            Mark(str(LABELS[key]), "blocked" if key in GRAVE else "waiting", "alert-triangle")
            for key in held_by(account, found_conditions(viewer))
        ],
        "particulars": lines_of(viewer, account),
        "verification": verification_of(account),
        "operators": [(one, _term(one)) for one in operators],
        "filing": filing,
        "numbers": account.numbers.select_related("issued_by").order_by("-issued_at"),
        "changed": [str(FIELDS[name]) for name in particulars.changed_since(account, filing)]
        if filing
        else [],
        "differs": differs_of(viewer, account),
        "owed": owed_of(viewer, account),
        "faces": faces_of(viewer, account),
        "manages": manages,
        "operator_form": OperatorForm() if manages else None,
    }


def owed_of(viewer: Viewer, account: Account) -> list[tuple[Duty, str, Mark, Any]]:
    """What is owed about the account and not done, the most pressing first."""
    open_ones = (
        rows(viewer).open().filter(account=account).order_by(F("due_at").asc(nulls_last=True), "opened_at")
    )
    return [(duty, said(task_of(duty)), state_mark(duty), due_of(duty)) for duty in open_ones[:MOST_OWED]]


def differs_of(viewer: Viewer, account: Account) -> list[tuple[str, known.Differs]]:
    """In what the account is not what the regulation itself says of it."""
    named = known.named_by(account, viewer.rulebook)
    return [(str(FIELDS[one.what]), one) for one in known.differences(account, named)] if named else []


def steps_of(viewer: Viewer, account: Account) -> list[Step]:
    """Every step from here, possible or not, in the order of the rulebook."""
    return [
        Step(
            way.transition.key,
            said(way.transition.title),
            said(label(way.transition.enters)) if way.transition.enters else "",
            [said(label(effect)) for effect in way.transition.effects],
            way.verdict if isinstance(way.verdict, Denied) else None,
            way.article,
            way.due_at,
            StepForm(way.transition) if way.verdict else None,
        )
        for way in lifecycle.ways_of(viewer.actor, account)
    ]


def lines_of(viewer: Viewer, account: Account) -> list[Line]:
    """The particulars of the account's kind, known ones and missing ones alike."""
    platform = kinds.platforms(viewer.rulebook).get(account.platform)
    asked = (*platform.needs, *platform.wants) if platform else tuple(Particular)
    missing = set(kinds.lacking(account, asked))
    needed = set(platform.needs) if platform else set()
    shown = {
        Particular.KIND: _kind(account, platform),
        Particular.HANDLE: account.handle,
        Particular.ADDRESS: account.address,
        Particular.PURPOSE: account.purpose,
        Particular.AUDIENCE: account.audience,
        Particular.OPENED_ON: str(account.opened_on or ""),
        Particular.QR: account.qr,
        Particular.AVATAR: account.avatar,
    }
    return [
        Line(
            said(kinds.handle_title(platform)) if one is Particular.HANDLE else said(label(one)),
            value,
            _missing(needed=one in needed) if one in missing else None,
            pictures.address(account.institution_id, value) if value and one in _PICTURES else "",
            value if one is Particular.ADDRESS else "",
        )
        for one, value in shown.items()
        if value or one in asked
    ]


_PICTURES = (Particular.QR, Particular.AVATAR)


def _missing(*, needed: bool) -> Mark:
    return (
        Mark(_("缺，备案必填"), "blocked", "alert-triangle")
        if needed
        else Mark(_("未填"), "waiting", "clock")
    )


def _kind(account: Account, platform: Any) -> str:
    word = platform.kinds.get(account.kind) if platform else None
    return said(word.title) if word else account.kind


def _term(operator: Any) -> Mark:
    """How an operator's term stands."""
    if operator.ended_on:
        return Mark(_("已结束"), "neutral", "archive")
    if operator.tenure == Tenure.LONG:
        return Mark(_("长期"), "neutral")
    if operator.until < clock.today():
        return Mark(_("短期，已到期"), "blocked", "alert-triangle")
    return Mark(_("短期"), "waiting", "clock")
