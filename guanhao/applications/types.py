"""Words of applications about accounts: which acts there are, what each states, and where one stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanhao.core.text import Text
from guanhao.rulebook.vocabulary import Act, FieldType, Meaning

SUBJECT = "application"  # how the ledger and the cases call one


class ApplicationState(TextChoices):
    """Where an application stands. What was approved has taken effect: the two are one transaction."""

    DRAFT = "draft", pgettext_lazy("state of an application", "草稿")
    IN_REVIEW = "in_review", pgettext_lazy("state of an application", "办理中")
    EFFECTIVE = "effective", pgettext_lazy("state of an application", "已办结")
    RETURNED = "returned", pgettext_lazy("state of an application", "已退回")
    REJECTED = "rejected", pgettext_lazy("state of an application", "不同意")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of an application", "已撤回")


class Kind(TextChoices):
    """The acts of a rulebook that are applied for here."""

    OPEN_ACCOUNT = Act.OPEN_ACCOUNT.value, _("开通账号")
    REGISTER_ACCOUNT = Act.REGISTER_ACCOUNT.value, _("登记已有账号")
    CHANGE_PERSONS = Act.CHANGE_PERSONS.value, _("变更负责人员")
    CHANGE_PARTICULARS = Act.CHANGE_PARTICULARS.value, _("变更账号信息")
    CHANGE_MENU = Act.CHANGE_MENU.value, _("更改菜单板块")
    CHANGE_PROFILE = Act.CHANGE_PROFILE.value, _("更改账号资料")
    CLOSE_ACCOUNT = Act.CLOSE_ACCOUNT.value, pgettext_lazy("to do", "关闭账号")
    AUTHORISE = Act.AUTHORISE.value, _("申请专项授权")
    HANDLE_UNAUTHORISED = Act.HANDLE_UNAUTHORISED_ACCOUNT.value, _("处理未授权账号")
    HANDLE_IMPOSTOR = Act.HANDLE_IMPOSTOR.value, _("处理冒用账号")


# Which bring an account that is not on the register; which begin from a sighting and never by hand.
NEW_ACCOUNT = frozenset({Kind.OPEN_ACCOUNT, Kind.REGISTER_ACCOUNT})
FROM_SIGHTING = frozenset({Kind.HANDLE_UNAUTHORISED, Kind.HANDLE_IMPOSTOR})
# Which are about an article that waits for its release, and begin from its page.
ABOUT_ARTICLE = frozenset({Kind.AUTHORISE})
ABOUT_ACCOUNT = frozenset(Kind) - NEW_ACCOUNT - FROM_SIGHTING - ABOUT_ARTICLE

_P = Meaning
# What the applicant states in a form of the engine's own reading, whether or not the paper has a field for it.
STATES: Mapping[Kind, tuple[Meaning, ...]] = MappingProxyType(
    {
        Kind.OPEN_ACCOUNT: (_P.PLATFORM, _P.KIND, _P.NAME, _P.FIRST_RESPONSIBLE, _P.OPERATOR),
        Kind.REGISTER_ACCOUNT: (
            _P.PLATFORM, _P.KIND, _P.NAME, _P.HANDLE, _P.ADDRESS, _P.FIRST_RESPONSIBLE, _P.OPERATOR,
        ),
        Kind.CHANGE_PERSONS: (_P.FIRST_RESPONSIBLE, _P.OPERATOR),
        Kind.CHANGE_PARTICULARS: (_P.NAME, _P.KIND, _P.HANDLE, _P.ADDRESS),
        Kind.CHANGE_PROFILE: (_P.NAME, _P.HANDLE),
        Kind.CHANGE_MENU: (),
        Kind.CLOSE_ACCOUNT: (_P.CLOSES_ON,),
        Kind.AUTHORISE: (),
        Kind.HANDLE_UNAUTHORISED: (),
        Kind.HANDLE_IMPOSTOR: (),
    }
)  # fmt: skip
OPTIONAL = frozenset(
    {_P.KIND, _P.ADDRESS, _P.HANDLE}
)  # no form that lacks a field for it can make it required
# Typed by the applicant wherever a form has a field for it.
TYPED = frozenset({_P.PHONE, _P.PURPOSE, _P.OPENED_ON, _P.CLOSES_ON, _P.REASON})
TITLES: Mapping[Meaning, Text] = MappingProxyType(
    {
        _P.PLATFORM: Text(zh="平台", en="Platform"),
        _P.KIND: Text(zh="账号类型", en="Kind of account"),
        _P.NAME: Text(zh="账号名称", en="Account name"),
        _P.HANDLE: Text(zh="账号标识（微信号、UID 等）", en="Account id (WeChat id, UID …)"),
        _P.ADDRESS: Text(zh="主页网址", en="Address of its page"),
        _P.FIRST_RESPONSIBLE: Text(zh="第一责任人", en="First responsible person"),
        _P.OPERATOR: Text(zh="管理员", en="Operator"),
        _P.CLOSES_ON: Text(zh="关闭日期", en="Closes on"),
    }
)
TYPES: Mapping[Meaning, FieldType] = MappingProxyType(
    {
        _P.FIRST_RESPONSIBLE: FieldType.PERSON,
        _P.OPERATOR: FieldType.PERSON,
        _P.CLOSES_ON: FieldType.DATE,
        _P.OPENED_ON: FieldType.DATE,
    }
)
# The account's column behind a particular; the others concern the paper only.
COLUMNS: Mapping[Meaning, str] = MappingProxyType(
    {
        _P.PLATFORM: "platform",
        _P.KIND: "kind",
        _P.NAME: "name",
        _P.HANDLE: "handle",
        _P.ADDRESS: "address",
        _P.FIRST_RESPONSIBLE: "first_responsible",
        _P.OPERATOR: "manager",
        _P.PURPOSE: "purpose",
        _P.OPENED_ON: "opened_on",
    }
)
DAYS = frozenset({_P.OPENED_ON, _P.CLOSES_ON})
PERSONS = frozenset({_P.FIRST_RESPONSIBLE, _P.OPERATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field of an application as it is filled in.

    ``given`` fields are filled in by the engine and shown; ``office`` ones are left to the office and shown greyed out.
    ``choices`` are (value, label) where only these will do.
    """

    key: str
    title: Text
    type: FieldType = FieldType.TEXT
    required: bool = True
    means: Meaning | None = None
    given: bool = False
    office: bool = False
    printed: bool = True  # stands on the form; the engine asks for the rest beside it
    choices: tuple[tuple[str, Text], ...] = ()
