"""The ledger's actions as people read them. `tests/web` proves that none is missing."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanhao.core.actors import ActorKind
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.web.viewer import said

WORDS: dict[Action, str | Promise] = {
    Action.ACCESS_REFUSED: _("拒绝访问"),
    Action.ACCOUNT_CALLBACK_CHANGED: _("更改消息推送地址"),
    Action.ACCOUNT_CHANGED: _("修改账号资料"),
    Action.ACCOUNT_CLOSED: _("关闭账号"),
    Action.ACCOUNT_CONNECTED: _("连接账号"),
    Action.ACCOUNT_CONNECTION_ENDED: _("账号授权结束"),
    Action.ACCOUNT_CONNECTION_ENDING: _("账号授权即将到期"),
    Action.ACCOUNT_CONNECTION_FAILED: _("连接账号失败"),
    Action.ACCOUNT_CREATED: _("登记账号"),
    Action.ACCOUNT_HOLDER_ADDED: _("指定保管人"),
    Action.ACCOUNT_HOLDER_REMOVED: _("解除保管人"),
    Action.ACCOUNT_SECRET_RETIRED: _("停用凭证"),
    Action.ACCOUNT_SECRET_SET: _("写入凭证"),
    Action.ACCOUNT_TESTED: _("检测账号能力"),
    Action.APPOINTMENT_BEGUN: _("任职"),
    Action.APPOINTMENT_ENDED: _("离任"),
    Action.ARTICLE_APPROVED: _("稿件通过"),
    Action.ARTICLE_ATTACHED: _("上传附件"),
    Action.ARTICLE_AUTHORISATION_ADDED: _("附上授权文件"),
    Action.ARTICLE_CHECKED: _("审查稿件"),
    Action.ARTICLE_CLASS_ADDED: _("标注内容类别"),
    Action.ARTICLE_CLASS_REMOVED: _("取消内容类别"),
    Action.ARTICLE_CREATED: _("新建稿件"),
    Action.ARTICLE_ERROR_NOTED: _("记录差错（不计数）"),
    Action.ARTICLE_FINDING_HANDLED: _("写稿时处理审查发现"),
    Action.ARTICLE_FINDING_SETTLED: _("处理审查发现"),
    Action.ARTICLE_PUBLISHED: _("稿件已发布"),
    Action.ARTICLE_REJECTED: _("稿件不采用"),
    Action.ARTICLE_RETURNED: _("退回稿件"),
    Action.ARTICLE_SAVED: _("保存稿件"),
    Action.ARTICLE_SUBMITTED: _("提交稿件"),
    Action.ARTICLE_WITHDRAWN: _("撤回稿件"),
    Action.ASSET_STORED: _("上传文件"),
    Action.CALENDAR_DAY_REMOVED: _("取消校历日"),
    Action.CALENDAR_DAY_SET: _("设置校历日"),
    Action.CALENDAR_TERM_SET: _("设置学期"),
    Action.CAPABILITY_ENDED: _("收回管理员职责"),
    Action.CAPABILITY_GRANTED: _("授予管理员职责"),
    Action.CASE_APPROVED: _("办件通过"),
    Action.CASE_CLASS_MARKED: _("办件标注类别"),
    Action.CASE_CLASS_REMOVED: _("办件取消类别"),
    Action.CASE_DECIDED: _("作出意见"),
    Action.CASE_OPENED: _("发起办件"),
    Action.CASE_REJECTED: _("办件不同意"),
    Action.CASE_REOPENED: _("办件重新打开"),
    Action.CASE_RETURNED: _("办件退回"),
    Action.CASE_STEP_DUE_SOON: _("环节将到期"),
    Action.CASE_STEP_OPENED: _("到达环节"),
    Action.CASE_STEP_OVERDUE: _("环节逾期"),
    Action.CASE_WITHDRAWN: _("撤回办件"),
    Action.CLOCK_JUMPED: _("系统时钟跳变"),
    Action.DELEGATION_GIVEN: _("委托代办"),
    Action.DELEGATION_REVOKED: _("结束委托"),
    Action.ERROR_FOUND: _("认定差错"),
    Action.ERROR_WITHDRAWN: _("撤销差错"),
    Action.FORM_ISSUED: _("打印表格"),
    Action.FORM_TEMPLATE_RETIRED: _("停用表格模板"),
    Action.FORM_TEMPLATE_SET: _("上传表格模板"),
    Action.EXPORT_ASKED: _("申请导出"),
    Action.EXPORT_CANCELLED: _("取消导出"),
    Action.EXPORT_EXPIRED: _("导出到期删除"),
    Action.INSTITUTION_CHANGED: _("修改学校资料"),
    Action.INSTITUTION_CREATED: _("建立学校"),
    Action.INSTANCE_HELD: _("暂停发布（数据恢复）"),
    Action.INSTANCE_RESTORED: _("从备份恢复数据"),
    Action.INSTANCE_RELEASED: _("恢复发布"),
    Action.JOB_ACCEPTED: _("平台已受理"),
    Action.JOB_ARMED: _("开始发送"),
    Action.JOB_ASKED: _("请人工确认"),
    Action.JOB_ASK_ANSWERED: _("人工确认"),
    Action.JOB_ATTEMPTED: _("发送尝试"),
    Action.JOB_CANCELLED: _("取消发布任务"),
    Action.JOB_LOOKED: _("核对结果"),
    Action.JOB_PLANNED: _("建立发布任务"),
    Action.JOB_PUBLISHED: _("确认已发布"),
    Action.JOB_REJECTED: _("平台拒绝"),
    Action.JOB_REMOVED: _("平台上已删除"),
    Action.JOB_REPORTED_BY_HAND: _("登记手工发布"),
    Action.JOB_REMINDED: _("到时提醒"),
    Action.JOB_RETRIED: _("重新发送"),
    Action.JOB_STAGED: _("平台草稿备好"),
    Action.JOB_STAGING: _("准备平台草稿"),
    Action.JOB_LINKED: _("补充文章链接"),
    Action.JOB_PREVIEWED: _("发送预览"),
    Action.JOB_PREVIEW_ASKED: _("请求预览"),
    Action.JOB_UNKNOWN: _("结果未知"),
    Action.JOB_WAITING_CONFIRM: _("等待管理员确认"),
    Action.LEDGER_DETAIL_ERASED: _("清除个人信息"),
    Action.LEDGER_EXPORTED: _("导出台账"),
    Action.LEDGER_READ: _("查阅台账"),
    Action.LEDGER_VERIFIED: _("核验台账"),
    Action.LEXICON_ALLOWED: _("列入不是错误"),
    Action.LEXICON_DISALLOWED: _("取消不是错误"),
    Action.LEXICON_ENTRY_ADDED: _("词库新增条目"),
    Action.LEXICON_ENTRY_REMOVED: _("词库移除条目"),
    Action.LEXICON_TERMS_REMOVED: _("词库移除词条"),
    Action.LEXICON_TERMS_TAKEN: _("词库收录词条"),
    Action.LIST_EXPORTED: _("导出列表"),
    Action.PERSON_CHANGED: _("修改人员资料"),
    Action.PERSON_CREATED: _("录入人员"),
    Action.PERSON_IMPORTED: _("导入人员"),
    Action.PERSON_LEFT: _("人员离开"),
    Action.PERSON_SIGN_IN_GIVEN: _("开通登录"),
    Action.PLATFORM_APP_SET: _("登记平台应用"),
    Action.PUSH_CANCELLED: _("取消推送"),
    Action.PUSH_CHANGED: _("调整推送"),
    Action.PUSH_MOVED: _("改期推送"),
    Action.PUSH_PLANNED: _("安排推送"),
    Action.QUEUE_SERVED: _("后台队列恢复"),
    Action.QUEUE_UNSERVED: _("后台队列停顿"),
    Action.ROW_SET_ASIDE: _("任务搁置"),
    Action.RULEBOOK_ADOPTED: _("采用制度版本"),
    Action.SESSION_ENDED: _("结束会话"),
    Action.SESSION_SECOND_FACTOR_CHANGED: _("变更两步验证"),
    Action.SESSION_SIGNED_IN: _("登录"),
    Action.SESSION_SIGNED_OUT: _("退出登录"),
    Action.SESSION_SIGN_IN_FAILED: _("登录失败"),
    Action.STOP_IMPOSED: _("一键停发"),
    Action.STOP_LIFTED: _("解除停发"),
    Action.STOP_LIFT_ASKED: _("申请解除停发"),
    Action.STOP_ALL_IMPOSED: _("全部停发"),
    Action.STOP_ALL_LIFTED: _("解除全部停发"),
    Action.STOP_ALL_LIFT_ASKED: _("提出解除全部停发"),
    Action.UNIT_CHANGED: _("修改单位"),
    Action.UNIT_CLOSED: _("撤销单位"),
    Action.UNIT_CREATED: _("新设单位"),
    Action.UNIT_FUNCTION_SET: _("指定单位职能"),
    Action.WITHDRAWAL_ASKED: _("提出撤回已发布内容"),
    Action.WITHDRAWAL_BY_HAND: _("撤回转手工删除"),
    Action.WITHDRAWAL_DONE: _("已撤回"),
    Action.WITHDRAWAL_DROPPED: _("不撤回"),
    Action.WITHDRAWAL_ORDERED: _("决定撤回"),
}
KINDS: dict[str, str | Promise] = {
    "account": _("账号"),
    "article": _("稿件"),
    "asset": _("文件"),
    "calendar": _("校历"),
    "case": _("办件"),
    "institution": _("学校"),
    "job": _("发布任务"),
    "ledger": _("台账"),
    "lexicon": _("词库"),
    "list": _("列表"),
    "page": _("页面"),
    "person": _("人员"),
    "push": _("推送"),
    "rulebook": _("制度"),
    "session": _("会话"),
    "step": _("环节"),
    "stop": _("停发"),
    "withdrawal": _("撤回"),
    "unit": _("单位"),
}
AREAS: dict[str, str | Promise] = {
    "account": _("账号"),
    "article": _("稿件"),
    "case": _("审批"),
    "job": _("发布"),
    "ledger": _("台账"),
    "person": _("人员"),
    "push": _("排期"),
    "session": _("登录"),
}


def words(action: str) -> str:
    """An action as people read it; the word itself where a later version wrote it."""
    return str(WORDS.get(Action(action), action)) if action in set(Action) else action


# Parts of the system keep their Chinese label in the ledger; here is how English readers call them.
_PARTS = {
    "checks": "Checks",
    "demonstration": "Demonstration data",
    "operator": "Operations",
    "process": "Consequences",
    "publisher": "Publisher",
    "reminder": "Reminders",
    "set-up": "Set-up",
    "staffing": "Staffing changes",
    "worker": "Worker",
}


def who(event: Event) -> str:
    """Who acted, as the erasable side still names them; empty where it was erased."""
    detail = getattr(event, "detail", None)
    label = str(detail.data.get("actor") or "") if detail else ""
    is_part = event.actor_kind == ActorKind.SYSTEM
    return said(Text(zh=label, en=_PARTS.get(event.actor_id, ""))) if label and is_part else label


def kind_word(kind: str) -> str:
    """A kind of subject as people read it."""
    return str(KINDS.get(kind, kind))
