"""Who may do what, and when: each answers with its reason."""

from __future__ import annotations

from guanhao.cases.two_persons import may_confirm
from guanhao.contents import guards
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, may
from guanhao.privacy.models import Disclosure, Incident, PersonRequest, PublicationConsent


def may_run_incidents(person: Person) -> Verdict:
    """Whether the person opens, fills in and closes incidents: the competent office, system or security administration."""
    return may(person, Permission.INCIDENT_MANAGE)


def said(words: str, what: Text) -> Verdict:
    """Whether something was written where it has to be."""
    if words.strip():
        return ALLOWED
    return Denied(Text(f"请填写{what.zh}。", f"Say {what.en}."))


def is_open(incident: Incident) -> Verdict:
    """Whether an incident is still worked on; a closed one keeps its words."""
    if incident.closed_at is None:
        return ALLOWED
    return Denied(Text("事件已结案，不能再改。", "The incident is closed and no longer changes."))


def may_close(incident: Incident) -> Verdict:
    """Whether every report was made, or found not to be needed."""
    owed = [report.get_to_display() for report in incident.reports.owed()]
    if not owed:
        return ALLOWED
    names = "、".join(str(name) for name in owed)
    return Denied(
        Text(
            f"还没有报告，也没有说明为什么不用报告：{names}。",
            f"{len(owed)} reports were neither made nor found not to be needed.",
        )
    )


def may_prepare_disclosure(person: Person) -> Verdict:
    """Whether the person may prepare and decide what is given to authorities: the competent office."""
    return may(person, Permission.DISCLOSURE_MANAGE)


def may_approve_disclosure(disclosure: Disclosure, person: Person) -> Verdict:
    """Whether the person may approve it: the office, and somebody else than who prepared it (AP8)."""
    entitled = may_prepare_disclosure(person)
    return may_confirm(person, disclosure.prepared_by) if entitled else entitled


def is_party(disclosure: Disclosure, person: Person) -> Verdict:
    """Whether the person is one of the two: who prepared it, or who approved it. Nobody else gets the file."""
    if person.active and person.pk in {disclosure.prepared_by_id, disclosure.decided_by_id}:
        return ALLOWED
    return Denied(
        Text(
            "调取资料只有登记人和批准人可以下载和交付。",
            "Only who prepared it and who approved it may fetch and deliver the file.",
        )
    )


def is_there(disclosure: Disclosure) -> Verdict:
    """Whether the file was made and is kept still."""
    job = disclosure.job
    if job is not None and job.finished_at is not None and job.expires_at > clock.now():
        return ALLOWED
    return Denied(
        Text("资料尚未生成，或保存期满已删除。", "The file is not made yet, or its seven days are over.")
    )


def may_keep_consents(person: Person) -> Verdict:
    """Whether the person words the notice and keeps what others agreed to have published: the competent office."""
    return may(person, Permission.CONSENT_MANAGE)


def may_note_consents(person: Person, article: Article) -> Verdict:
    """Whether the person may say whom an article shows: whoever sees it, while it lives and once it is out."""
    if article.state not in (*guards.ALIVE, ArticleState.PUBLISHED):
        return Denied(Text("稿件已办结，不能再登记。", "The article is over; nothing can be noted."))
    return guards.may_see(person, article)


def may_keep_consent(person: Person, consent: PublicationConsent) -> Verdict:
    """Whether the person may note what came of it and see its paper: the office, who noted it, who works on its articles."""
    entitled = may_keep_consents(person)
    if entitled or (person.active and person.pk == consent.noted_by_id):
        return ALLOWED
    for portrayal in consent.portrayals.live().select_related("article__owner_unit"):
        if guards.is_of_the_hands(person, portrayal.article):
            return ALLOWED
    return entitled


def is_own_consent(consent: PublicationConsent, person: Person) -> Verdict:
    """Whether it is the person's own."""
    if person.active and consent.person_id == person.pk:
        return ALLOWED
    return Denied(Text("只能由本人答复。", "Only the person themselves may answer."))


def may_withdraw_consent(consent: PublicationConsent, person: Person) -> Verdict:
    """Whether the person may take it back: whose it is, or the office for somebody who cannot here."""
    return ALLOWED if is_own_consent(consent, person) else may_keep_consents(person)


def may_settle_portrayal(person: Person, consent: PublicationConsent) -> Verdict:
    """Whether the person deals with what was published: the office, or who answers for the account."""
    account = consent.account
    if person.active and person.pk in {account.manager_id, account.first_responsible_id}:
        return ALLOWED
    return may_keep_consents(person)


def may_answer(person: Person) -> Verdict:
    """Whether the person answers what others ask about their data: the competent office, system administration."""
    return may(person, Permission.REQUEST_ANSWER)


def may_answer_this(request: PersonRequest, person: Person) -> Verdict:
    """As `may_answer`, and nobody answers themselves."""
    if person.pk == request.person_id:
        return Denied(Text("自己的请求须由他人答复。", "Somebody else has to answer your own request."))
    return may_answer(person)


def may_be_erased(person: Person) -> Verdict:
    """Whether what is held of a person can go: they have left, so nothing waits for them and nobody needs them named."""
    if not person.active:
        return ALLOWED
    return Denied(
        Text(
            "此人仍在任，先办理离任（工作交接），再删除。",
            "The person is still active. Let them leave first (handover), then delete.",
        )
    )
