"""What follows from cases: whoever may decide is told, and everyone who touched a case hears its outcome and why."""

from __future__ import annotations

from datetime import datetime

from guanhao.cases import eligibility
from guanhao.cases.models import Case, Step
from guanhao.cases.types import CaseState, Verdict
from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify, settle
from guanhao.people.models import Person
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled
from guanhao.regulation.queries import of_version

_WAITING: Prepared[Step] = Prepared(
    lambda: Step.objects.waiting().filter(pk=given("step")).select_related("case", "unit")
)
_STILL: Prepared[int] = Prepared(
    lambda: (
        Step.objects.waiting()
        .filter(pk=given("step"), round=given("round"))
        .order_by()
        .values_list("pk", flat=True)
    )
)
_CASE: Prepared[Case] = Prepared(
    lambda: (
        Case.objects.filter(pk=given("case"))
        .select_related("rulebook")
        .defer("rulebook__content", "rulebook__source")
    )
)

DECIDE, OUTCOME = "decide", "outcome"

_OUTCOMES = {
    Action.CASE_APPROVED: Text("审批通过：“{label}”", "Approved: {label}"),
    Action.CASE_RETURNED: Text("退回修改：“{label}”", "Returned for revision: {label}"),
    Action.CASE_REJECTED: Text("不予采用：“{label}”", "Rejected: {label}"),
    Action.CASE_WITHDRAWN: Text("已撤回：“{label}”", "Withdrawn: {label}"),
    Action.CASE_REOPENED: Text("需补办审批环节：“{label}”", "A further step is needed: {label}"),
}
_AUTHORISED = {
    Action.ARTICLE_AUTHORISATION_ADDED: Text(
        "已附授权文件：“{label}”", "An authorisation was attached: {label}"
    ),
    Action.ARTICLE_AUTHORISED: Text("已获专项授权：“{label}”", "Authorised: {label}"),
}
_WAITS = {
    Action.CASE_STEP_OPENED: Text("待您办理：“{label}”", "Waiting for you: {label}"),
    Action.CASE_STEP_DUE_SOON: Text("即将到期：“{label}”", "Due soon: {label}"),
    Action.CASE_STEP_OVERDUE: Text("已超期：“{label}”", "Overdue: {label}"),
}


def ask_deciders(event: Event, name: str) -> None:
    """A step opened, or its time is nearly or wholly over: those who may decide it now, deputies included, are told."""
    step = waiting_step(event)
    if step is None:
        return
    label = step.case.label
    notify(
        event=event,
        consequence=name,
        persons=eligibility.deciders(step),
        kind=DECIDE,
        title=filled(_WAITS[Action(event.action)], label=label),
        body=_what_waits(step),
        link=links.step(step.pk),
        article_ref=step.article,
    )


def tell_outcome(event: Event, name: str) -> None:
    """A case ended or opened again: everyone who touched it hears it, with the reason given and by whom."""
    case = _CASE.one(case=int(event.subject_id))
    if event.action == Action.CASE_WITHDRAWN:
        settle(event=event, kind=DECIDE, links=[links.step(step.pk) for step in case.steps.all()])
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(recipients.touched(case), acting_person(event)),
        kind=OUTCOME,
        title=filled(_OUTCOMES[Action(event.action)], label=case.label),
        body=_why(event),
        link=links.subject(case.subject_kind, case.subject_id),
        article_ref=_article_of(event, case),
    )


def tell_decided(event: Event, name: str) -> None:
    """A step was decided: nobody is asked about it any longer, and whoever touched the case hears where it was sent back.

    While a quorum is not reached, or after a 暂缓, the others are still asked.
    """
    if event.facts["verdict"] != Verdict.HOLD:
        step = event.facts["step"]
        if not _STILL.all(step=step, round=event.facts["round"]):
            settle(event=event, kind=DECIDE, links=[links.step(step)])
    _tell_sent_back(event, name)


def _tell_sent_back(event: Event, name: str) -> None:
    if event.facts.get("verdict") != "return":
        return
    case = Case.objects.get(pk=event.subject_id)
    if case.state == CaseState.RETURNED:
        return  # Back to the author ends the case, and its ending is told.
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(recipients.touched(case), acting_person(event)),
        kind=OUTCOME,
        title=filled(
            Text("退回上一环节：“{label}”", "Sent back to an earlier step: {label}"), label=case.label
        ),
        body=_why(event),
        link=links.subject(case.subject_kind, case.subject_id),
        article_ref=str(event.facts.get("article", "")),
    )


def tell_authorised(event: Event, name: str) -> None:
    """An authorisation came, as a file or by its route: those who decide the article now need not look for it again."""
    words = _AUTHORISED[Action(event.action)]
    article = Article.objects.select_related("case").get(pk=event.subject_id)
    steps = article.case.steps.waiting() if article.case else ()
    for step in steps:
        notify(
            event=event,
            consequence=name,
            persons=recipients.without(eligibility.deciders(step), acting_person(event)),
            kind=DECIDE,
            title=filled(words, label=article.title),
            link=links.step(step.pk),
            article_ref=step.article,
        )


def tell_deputy(event: Event, name: str) -> None:
    """Somebody delegated: the deputy hears for whom they decide, and until when."""
    until = datetime.fromisoformat(event.facts["until"]).astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M")
    principal = event.detail.data.get("subject", "")
    notify(
        event=event,
        consequence=name,
        persons=Person.objects.active().filter(pk=event.facts["deputy"]),
        kind=DECIDE,
        title=filled(Text("{principal}委托您代办至 {until}", "You stand in for {principal} until {until}"),
                     principal=principal, until=until),
        body=Text(event.detail.data.get("detail", {}).get("reason", "")),
        link=links.DESK,
    )  # fmt: skip


def waiting_step(event: Event) -> Step | None:
    """The step an event of a case speaks of, if it still waits in the same round."""
    step = _WAITING.first(step=event.facts["step"])
    return step if step is not None and step.round == event.facts.get("round", step.round) else None


def _what_waits(step: Step) -> Text:
    zh = f"环节：{step.title_zh}（{step.unit.name}）。"
    en = f"Step: {step.title_en or step.title_zh} ({step.unit.name})."
    if step.due_at is not None:
        due = step.due_at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M")
        zh, en = f"{zh}请于 {due} 前办理。", f"{en} Due by {due}."
    return Text(zh, en)


def _why(event: Event) -> Text:
    told = event.detail.data.get("detail", {})
    reason = told.get("reason") or told.get("opinion") or ""
    who = event.detail.data.get("actor", "")
    if not reason:
        return Text(f"办理人：{who}。", f"By {who}.")
    return Text(f"办理人：{who}。理由：{reason}", f"By {who}. Reason: {reason}")


def _article_of(event: Event, case: Case) -> str:
    """The article of the regulation that the event's clause belongs to, in the version the case runs under."""
    try:
        return of_version(case.rulebook).clause(event.clause).article
    except KeyError:
        return ""
