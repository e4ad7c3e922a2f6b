"""Words of the privacy package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guanhao.core.text import Text

INCIDENTS_KEPT_YEARS = 3  # after closing (security PD7)


class IncidentKind(TextChoices):
    """What sort of thing happened."""

    LEAK = "leak", _("信息泄露")
    TAMPER = "tamper", _("内容或数据被篡改")
    LOSS = "loss", _("数据丢失")
    TAKEOVER = "takeover", _("账号被盗用")
    INTRUSION = "intrusion", _("系统被入侵")
    CONTENT = "content", _("违规内容被发布")
    OTHER = "other", _("其他")


class Addressee(TextChoices):
    """To whom an incident is to be reported, each with a time of its own."""

    AUTHORITY = "authority", _("主管部门和公安机关")
    CYBERSPACE = "cyberspace", _("属地省级网信部门")
    PERSONS = "persons", _("有关的个人")


@dataclass(frozen=True, slots=True)
class Term:
    """How long after it was noticed a report is due, how long before that it is called to mind, and by which law."""

    due: timedelta
    ahead: timedelta
    basis: Text


# 国家网络安全事件报告管理办法 gives one hour and four; PIPL says at once, for which the house takes a day.
TERMS: dict[str, Term] = {
    Addressee.AUTHORITY: Term(
        timedelta(hours=1),
        timedelta(minutes=15),
        Text(
            "《国家网络安全事件报告管理办法》第四条",
            "Measures for Reporting National Cybersecurity Incidents, Art. 4",
        ),
    ),
    Addressee.CYBERSPACE: Term(
        timedelta(hours=4),
        timedelta(hours=1),
        Text(
            "《国家网络安全事件报告管理办法》第四条",
            "Measures for Reporting National Cybersecurity Incidents, Art. 4",
        ),
    ),
    Addressee.PERSONS: Term(
        timedelta(hours=24),
        timedelta(hours=6),
        Text("《个人信息保护法》第五十七条", "Personal Information Protection Law, Art. 57"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """What a report has to say. ``persons_number`` is None while nobody knows; ``happened_at`` too."""

    kind: str
    title: str
    what: str
    noticed_at: datetime
    happened_at: datetime | None
    persons_number: int | None
    persons_who: str
    data_kinds: str
    causes: str
    advice: str
    contact: str
    accounts: tuple[int, ...]

    def columns(self) -> dict[str, Any]:
        """What lies in columns of the incident itself."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "accounts"}


REQUEST_TERM = timedelta(days=15)  # security PD3
REQUEST_AHEAD = timedelta(days=3)
DETAILS_KEPT = timedelta(
    days=184
)  # details of the ledger are logs, and those have to stay for six months (网安法 23)


class RequestKind(TextChoices):
    """What a person asks for (PIPL 45–48)."""

    COPY = "copy", _("查阅、复制")
    CORRECT = "correct", _("更正、补充")
    DELETE = "delete", _("删除")
    EXPLAIN = "explain", _("解释说明")


class RequestState(TextChoices):
    """Where it stands."""

    OPEN = "open", _("待答复")
    DONE = "done", _("已办理")
    DECLINED = "declined", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


REMEDY_TERM = timedelta(
    days=3
)  # to take down or blur what was published, once its consent is withdrawn (PIPL 15, 47)


class Use(TextChoices):
    """What of a person an article publishes; each is agreed to by itself (PIPL 25)."""

    NAME = "name", _("姓名")
    PHOTO = "photo", _("照片")
    VIDEO = "video", _("视频")
    VOICE = "voice", _("声音")
    WORK = "work", _("作品")
    PRIZE = "prize", _("获奖或名单")


class ConsentState(TextChoices):
    """Where a consent stands."""

    MISSING = "missing", _("尚未取得")
    ASKED = "asked", _("待本人确认")
    GIVEN = "given", _("已同意")
    DECLINED = "declined", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class ConsentHow(TextChoices):
    """How it is known that somebody agreed."""

    PAPER = "paper", _("签字的书面同意")
    SELF = "self", _("本人在系统中确认")
    VERBAL = "verbal", _("口头同意，由登记人记录")


class ConsentReach(TextChoices):
    """For what it was given."""

    ARTICLE = "article", _("仅本篇")
    ACCOUNT = "account", _("本账号")


class SettledHow(TextChoices):
    """What was done about something published whose consent was withdrawn."""

    REMOVED = "removed", _("已撤下")
    BLURRED = "blurred", _("已遮盖或替换")
    KEPT = "kept", _("保留，另有依据")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How somebody agreed, as it is noted. ``paper`` is the key of a stored file; the guardian agrees for who is under 14."""

    how: str = ""
    paper: int | None = None
    note: str = ""
    until: date | None = None
    guardian: str = ""
    guardian_is: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whom an article shows, and what of them."""

    name: str
    uses: tuple[str, ...]
    person: int | None = None
    reach: str = ConsentReach.ARTICLE
    under_14: bool = False


class AssessmentGround(TextChoices):
    """Why an impact assessment has to be made (PIPL 55)."""

    SENSITIVE = "sensitive", _("处理敏感个人信息")
    AUTOMATED = "automated", _("利用个人信息进行自动化决策")
    GIVEN = "given", _("委托处理、向他人提供、公开个人信息")
    ABROAD = "abroad", _("向境外提供个人信息")
    OTHER = "other", _("其他对个人权益有重大影响的处理")


class RiskLevel(TextChoices):
    """How risky it is for the persons."""

    LOW = "low", _("低")
    MIDDLE = "middle", _("中")
    HIGH = "high", _("高")


class Conclusion(TextChoices):
    """What follows."""

    PROCEED = "proceed", _("可以实施")
    WITH_MEASURES = "with_measures", _("采取所列措施后实施")
    STOP = "stop", _("不得实施")
