"""What follows in matters of personal data and security: those who must act hear of it, in time."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Person
from guanhao.privacy.models import Disclosure, Incident, PersonRequest, Report
from guanhao.privacy.types import TERMS, Addressee
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled

INCIDENT = "incident"
DISCLOSURE = "disclosure"
PERSONAL = "personal"
_ASKED: dict[str, Text] = {
    Action.PERSONAL_REQUEST_ASKED: Text("个人信息请求：{name}", "A request about personal data: {name}"),
    Action.PERSONAL_REQUEST_DUE_SOON: Text(
        "三天内须答复的个人信息请求：{name}",
        "To be answered within three days: {name}'s request about personal data",
    ),
    Action.PERSONAL_REQUEST_OVERDUE: Text(
        "超过十五天未答复的个人信息请求：{name}",
        "Not answered within fifteen days: {name}'s request about personal data",
    ),
}
_PIPL = Text("依据：《个人信息保护法》第四十四条至第五十条。", "Basis: PIPL, Art. 44–50.")
_ANSWERED = Text("您的个人信息请求已答复", "Your request about your personal data was answered")
_DISCLOSED: dict[str, Text] = {
    Action.DISCLOSURE_PREPARED: Text("依法调取 {number} 等待批准", "Disclosure {number} waits for approval"),
    Action.DISCLOSURE_DECLINED: Text("依法调取 {number} 未获批准", "Disclosure {number} was declined"),
    Action.DISCLOSURE_MADE: Text(
        "依法调取 {number} 的资料已生成，保存七天",
        "The file of disclosure {number} is made and kept for seven days",
    ),
}
_WHOM: dict[str, Text] = {
    Addressee.AUTHORITY: Text("主管部门和公安机关", "the authority in charge and the police"),
    Addressee.CYBERSPACE: Text("属地省级网信部门", "the provincial cyberspace administration"),
    Addressee.PERSONS: Text("有关的个人", "the persons concerned"),
}
_OPENED = Text("安全事件：{title}", "Security incident: {title}")
_CLOCK = Text(
    "发现后 1 小时内向主管部门和公安机关、4 小时内向网信部门报告；涉及个人信息的，还须通知本人。",
    "Report it to the authority in charge and the police within 1 hour of noticing, to the cyberspace administration "
    "within 4; where personal data is concerned, tell the persons.",
)
_SOON = Text("即将到期：向{whom}报告“{title}”", "Due soon: report “{title}” to {whom}")
_LATE = Text("已超过时限：向{whom}报告“{title}”", "Late: report “{title}” to {whom}")
_BASIS = Text("依据：{basis}。", "Basis: {basis}.")


def tell_opened(event: Event, name: str) -> None:
    """The competent office and system administration hear that there is one, and what has to be done until when."""
    incident = Incident.objects.filter(pk=int(event.subject_id)).first()
    if incident is not None:
        people = recipients.without(_concerned(event), acting_person(event))
        notify(
            event=event,
            consequence=name,
            persons=people,
            kind=INCIDENT,
            title=filled(_OPENED, title=incident.title),
            body=_CLOCK,
            link=links.incident(incident.pk),
        )


def tell_due(event: Event, name: str) -> None:
    """As long as the report is owed, all who can make it hear that its time is near or over."""
    rows = Report.objects.owed().select_related("incident")
    report = rows.filter(pk=event.facts["report"]).first()
    if report is None:
        return
    whom, words = _WHOM[report.to], _LATE if event.action == Action.INCIDENT_REPORT_OVERDUE else _SOON
    title, basis = report.incident.title, TERMS[report.to].basis
    notify(
        event=event,
        consequence=name,
        persons=_concerned(event),
        kind=INCIDENT,
        title=Text(words.zh.format(whom=whom.zh, title=title), words.en.format(whom=whom.en, title=title)),
        body=Text(_BASIS.zh.format(basis=basis.zh), _BASIS.en.format(basis=basis.en)),
        link=links.incident(report.incident_id),
    )


def _concerned(event: Event) -> list[Person]:
    office = recipients.serving(event.institution, recipients.COMPETENT_OFFICE)
    return [*office, *recipients.system_administrators(event.institution)]


def tell_disclosure(event: Event, name: str) -> None:
    """Prepared: the others of the office are asked. Declined or made: the two of it hear."""
    disclosure = Disclosure.objects.filter(pk=int(event.subject_id)).first()
    if disclosure is None:
        return
    parties = [key for key in (disclosure.prepared_by_id, disclosure.decided_by_id) if key is not None]
    people = list(Person.objects.active().filter(pk__in=parties))
    if event.action == Action.DISCLOSURE_PREPARED:
        people = recipients.serving(event.institution, recipients.COMPETENT_OFFICE)
    made = event.action == Action.DISCLOSURE_MADE
    notify(
        event=event,
        consequence=name,
        persons=people if made else recipients.without(people, acting_person(event)),
        kind=DISCLOSURE,
        title=filled(_DISCLOSED[event.action], number=disclosure.instrument_no),
        link=links.disclosure(disclosure.pk),
    )


def tell_request(event: Event, name: str) -> None:
    """The office and system administrators hear of a request, and once more when its time is near or over."""
    request = PersonRequest.objects.open().filter(pk=int(event.subject_id)).select_related("person").first()
    if request is None:
        return
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(_concerned(event), request.person_id),
        kind=PERSONAL,
        title=filled(_ASKED[event.action], name=request.person.name),
        body=_PIPL,
        link=links.personal_request(request.pk),
    )


def tell_answered(event: Event, name: str) -> None:
    """Whoever asked reads the answer on their own page."""
    request = PersonRequest.objects.filter(pk=int(event.subject_id)).select_related("person").first()
    if request is not None:
        notify(
            event=event,
            consequence=name,
            persons=[request.person],
            kind=PERSONAL,
            title=_ANSWERED,
            link=links.MY_DATA,
        )
