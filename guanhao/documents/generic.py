"""Forms for institutions whose regulation prescribes none: application, change, closure, handover, rectification.

A form of the same key in the rulebook takes their place.
"""

from __future__ import annotations

from types import MappingProxyType

from guanhao.core.text import Text
from guanhao.rulebook.parties import Form, FormField
from guanhao.rulebook.vocabulary import FieldType, FilledBy, Meaning


def _field(
    key: str,
    zh: str,
    en: str,
    kind: FieldType = FieldType.TEXT,
    by: FilledBy = FilledBy.APPLICANT,
    *,
    means: Meaning | None = None,
) -> FormField:
    return FormField(key=key, title=Text(zh=zh, en=en), type=kind, filled_by=by, means=means)


def _form(key: str, zh: str, en: str, *fields: FormField, seal: bool = True) -> Form:
    return Form(
        key=key,
        title=Text(zh=zh, en=en),
        fields=MappingProxyType({field.key: field for field in fields}),
        seal=seal,
    )


_NUMBER = _field("number", "编号", "Number", FieldType.FILING_NUMBER, FilledBy.OFFICE)
_UNIT = _field("unit", "单位", "Unit", means=Meaning.UNIT)
_ACCOUNT = _field("account", "账号名称", "Account", FieldType.ACCOUNT, means=Meaning.NAME)
_PLATFORM = _field("platform", "平台", "Platform", means=Meaning.PLATFORM)
_OPERATOR = _field("operator", "管理员", "Operator", FieldType.PERSON, means=Meaning.OPERATOR)
_PHONE = _field("phone", "联系电话", "Phone", FieldType.PHONE, means=Meaning.PHONE)
_HEAD = _field("head_opinion", "单位负责人意见", "Head's opinion", FieldType.OPINION, FilledBy.REVIEWER)
_SEAL = _field("seal", "单位公章", "Unit's seal", FieldType.SEAL, FilledBy.REVIEWER)
_OFFICE = _field("decision", "主管部门意见", "Competent office", FieldType.OPINION, FilledBy.OFFICE)

GENERIC: dict[str, Form] = {
    form.key: form
    for form in (
        _form(
            "generic_application",
            "官方账号开设申请表",
            "Application to open an account",
            _NUMBER,
            _UNIT,
            _PLATFORM,
            _ACCOUNT,
            _field(
                "responsible",
                "第一责任人",
                "First responsible person",
                FieldType.PERSON,
                means=Meaning.FIRST_RESPONSIBLE,
            ),
            _OPERATOR,
            _PHONE,
            _field("purpose", "开设理由", "Purpose", FieldType.LONG_TEXT, means=Meaning.PURPOSE),
            _HEAD,
            _SEAL,
            _OFFICE,
        ),
        _form(
            "generic_change",
            "官方账号变更表",
            "Change of an account",
            _NUMBER,
            _UNIT,
            _ACCOUNT,
            _field("before", "变更前", "Before", FieldType.LONG_TEXT, means=Meaning.BEFORE),
            _field("after", "变更后", "After", FieldType.LONG_TEXT, means=Meaning.AFTER),
            _field("reason", "变更理由", "Reason", FieldType.LONG_TEXT, means=Meaning.REASON),
            _HEAD,
            _SEAL,
            _OFFICE,
        ),
        _form(
            "generic_closure",
            "官方账号关停表",
            "Closure of an account",
            _NUMBER,
            _UNIT,
            _ACCOUNT,
            _field("closes_on", "关停日期", "Closes on", FieldType.DATE, means=Meaning.CLOSES_ON),
            _field("reason", "关停理由", "Reason", FieldType.LONG_TEXT, means=Meaning.REASON),
            _field("left", "遗留事项的处理", "What is left to settle", FieldType.LONG_TEXT),
            _HEAD,
            _SEAL,
            _OFFICE,
        ),
        _form(
            "generic_authorisation",
            "专项授权申请表",
            "Application for an authorisation",
            _UNIT,
            _field("applicant", "申请人", "Applicant", FieldType.PERSON, means=Meaning.APPLICANT),
            _field("applied_on", "申请日期", "Date", FieldType.DATE, means=Meaning.APPLIED_ON),
            _ACCOUNT,
            _field("article", "稿件", "Article", means=Meaning.ARTICLE),
            _field("classes", "内容属性", "Content classes", means=Meaning.CONTENT_CLASSES),
            _field("reason", "申请事由", "Reason", FieldType.LONG_TEXT, means=Meaning.REASON),
            _HEAD,
            _OFFICE,
            seal=False,
        ),
        _form(
            "generic_handover",
            "账号交接单",
            "Handover of accounts",
            _field("from_person", "移交人", "Handed over by", FieldType.PERSON),
            _field("to_person", "接收人", "Taken over by", FieldType.PERSON),
            _UNIT,
            _field("handed_on", "交接日期", "Date", FieldType.DATE),
            _field("accounts", "账号与凭证", "Accounts and credentials", FieldType.LONG_TEXT),
            _field("open_matters", "未办结事项", "Open matters", FieldType.LONG_TEXT),
            _field("from_signed", "移交人签字", "Signed by giver", FieldType.OPINION, FilledBy.REVIEWER),
            _field("to_signed", "接收人签字", "Signed by taker", FieldType.OPINION, FilledBy.REVIEWER),
            seal=False,
        ),
        _form(
            "generic_rectification",
            "整改通知书",
            "Notice of rectification",
            _NUMBER,
            _UNIT,
            _ACCOUNT,
            _field("found", "检查发现的问题", "What was found", FieldType.LONG_TEXT),
            _field("demanded", "整改要求", "What is demanded", FieldType.LONG_TEXT),
            _field("by_date", "整改期限", "To be done by", FieldType.DATE),
            _field("checked_by", "检查人", "Found by", FieldType.PERSON),
            _OFFICE,
            _field(
                "office_seal", "主管部门公章", "Seal of the competent office", FieldType.SEAL, FilledBy.OFFICE
            ),
        ),
    )
}
