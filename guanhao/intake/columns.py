"""The columns of a ledger of accounts: what they are called, and in which order the registrar wants them."""

from __future__ import annotations

from enum import StrEnum

from guanhao.core.text import Text
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.parties import Form, FormField
from guanhao.rulebook.vocabulary import FieldType


class Column(StrEnum):
    """What a column may mean. The order is that of a ledger whose registrar has no form for it."""

    NUMBER = "number"
    UNIT = "unit"
    PLATFORM = "platform"
    KIND = "kind"
    NAME = "name"
    HANDLE = "handle"
    ADDRESS = "address"
    OPENED_ON = "opened_on"
    RESPONSIBLE = "first_responsible"
    LEADER = "supervising_leader"
    MANAGER = "manager"
    OPERATOR = "operator"
    ADMINISTRATOR = "bound_administrator"
    VERIFIED = "verified"
    VERIFIED_UNTIL = "verified_until"
    PURPOSE = "purpose"
    AUDIENCE = "audience"
    FLAGSHIP = "flagship"
    STATE = "state"
    CLOSED_ON = "closed_on"


LABELS: dict[Column, Text] = {
    Column.NUMBER: Text("备案编号", "Filing number"),
    Column.UNIT: Text("所属单位", "Unit"),
    Column.PLATFORM: Text("平台", "Platform"),
    Column.KIND: Text("账号类型", "Kind of account"),
    Column.NAME: Text("账号名称", "Account name"),
    Column.HANDLE: Text("账号标识", "Account id"),
    Column.ADDRESS: Text("链接", "Link"),
    Column.OPENED_ON: Text("开通日期", "Opened on"),
    Column.RESPONSIBLE: Text("第一责任人", "First responsible person"),
    Column.LEADER: Text("主管领导", "Supervising leader"),
    Column.MANAGER: Text("日常负责人", "Daily manager"),
    Column.OPERATOR: Text("管理员", "Operators"),
    Column.ADMINISTRATOR: Text("平台绑定管理员", "Administrator bound on the platform"),
    Column.VERIFIED: Text("平台认证", "Platform verification"),
    Column.VERIFIED_UNTIL: Text("认证有效期", "Verified until"),
    Column.PURPOSE: Text("用途", "Purpose"),
    Column.AUDIENCE: Text("受众", "Audience"),
    Column.FLAGSHIP: Text("校级主账号", "Flagship"),
    Column.STATE: Text("状态", "State"),
    Column.CLOSED_ON: Text("关闭日期", "Closed on"),
}

# What offices write above such a column, beside our own word, folded by `plain`.
_ALSO: dict[Column, tuple[str, ...]] = {
    Column.NUMBER: ("备案号", "编号", "登记编号", "备案登记编号", "filingno"),
    Column.UNIT: (
        "单位",
        "部门",
        "责任部门",
        "主办单位",
        "开设单位",
        "申请单位",
        "申请部门",
        "运营单位",
        "归属单位",
        "department",
    ),
    Column.PLATFORM: ("平台名称", "所属平台", "新媒体平台", "平台类型", "媒体类型", "媒体平台"),
    Column.KIND: ("类型", "账号类别", "类别", "公众号类型", "帐号类型", "kind"),
    Column.NAME: (
        "名称",
        "帐号名称",
        "公众号名称",
        "微信名称",
        "微博名称",
        "昵称",
        "账号名",
        "account",
        "name",
    ),
    Column.HANDLE: (
        "账号",
        "帐号",
        "账号id",
        "帐号id",
        "微信号",
        "uid",
        "微博uid",
        "id",
        "账号标识或网址",
        "handle",
    ),
    Column.ADDRESS: ("网址", "主页", "主页链接", "账号链接", "url", "address"),
    Column.OPENED_ON: ("开通时间", "注册时间", "注册日期", "开设时间", "开设日期", "创建时间"),
    Column.RESPONSIBLE: ("责任人", "主要负责人", "主要负责同志", "负责人", "第一负责人", "单位负责人"),
    Column.LEADER: ("分管领导", "主管负责人"),
    Column.MANAGER: ("日常管理人", "具体负责人", "联系人", "运营负责人", "管理负责人"),
    Column.OPERATOR: ("运营人员", "运营人", "运营者", "管理人员", "账号管理员", "operator"),
    Column.ADMINISTRATOR: ("绑定管理员", "超级管理员", "注册人", "实名管理员"),
    Column.VERIFIED: ("认证", "是否认证", "认证情况", "认证状态", "是否认证账号"),
    Column.VERIFIED_UNTIL: ("认证到期", "认证到期日", "认证到期时间", "认证截止日期"),
    Column.PURPOSE: ("功能定位", "账号定位", "账号用途", "开设理由", "定位", "简介"),
    Column.AUDIENCE: ("服务对象", "主要受众", "面向对象"),
    Column.FLAGSHIP: ("是否校级", "是否主账号", "主账号", "是否官微"),
    Column.STATE: ("账号状态", "使用状态", "运营状态", "当前状态"),
    Column.CLOSED_ON: ("注销日期", "关闭时间", "注销时间", "停用日期"),
}


def plain(heading: str) -> str:
    """A heading as it is compared: without blanks, brackets and what stands in them, small letters."""
    bare = heading.split("（", maxsplit=1)[0].split("(", maxsplit=1)[0]
    return "".join(bare.split()).strip("*：:").lower()


HEADINGS: dict[str, Column] = {
    plain(word): column
    for column in Column
    for word in (LABELS[column].zh, LABELS[column].en, *_ALSO[column])
}


def ledger_form(rulebook: Rulebook | None) -> Form | None:
    """The form whose paper the registrar numbers and which names an account; of several the one that says most of it.

    A numbered form about something else, such as a change of the menu, lends the ledger neither order nor words.
    """
    forms = rulebook.forms.values() if rulebook else ()
    return max((form for form in forms if _numbered(form) and _names(form)), key=_said, default=None)


def order_of(rulebook: Rulebook | None) -> list[tuple[Column, Text]]:
    """All columns in the registrar's order and words: those of the form first, then what the register knows besides."""
    form = ledger_form(rulebook)
    ordered: dict[Column, Text] = {}
    for field in form.fields.values() if form else ():
        column = Column.NUMBER if field.type is FieldType.FILING_NUMBER else _column(field)
        if column is not None:
            ordered.setdefault(column, field.title)
    for column in Column:
        ordered.setdefault(column, LABELS[column])
    return list(ordered.items())


def _numbered(form: Form) -> bool:
    return any(field.type is FieldType.FILING_NUMBER for field in form.fields.values())


def _names(form: Form) -> bool:
    return any(_column(field) is Column.NAME for field in form.fields.values())


def _said(form: Form) -> int:
    return len({_column(field) for field in form.fields.values()} - {None})


def _column(field: FormField) -> Column | None:
    """The column a field of a form stands for: by what the rulebook says it means, else by its words."""
    if field.means is not None:
        return Column(field.means.value) if field.means.value in set(Column) else None
    return HEADINGS.get(plain(field.title.zh))
