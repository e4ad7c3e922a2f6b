"""What follows from inspections: units hear that a report is owed, what it came to, and what is ordered."""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.core.text import Text
from guanhao.inspections import actions
from guanhao.inspections.models import Inspection, Round
from guanhao.inspections.terms import parties_of, require_duty, rulebook_of
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Institution, Person
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled
from guanhao.regulation.roles import holders
from guanhao.steps.types import Worker

INSPECT = "inspect"
CALENDAR = system("inspections", "年检")

_RESULTS = {
    Action.INSPECTION_ABSENT: Text(
        "未参加年检：{account}（{year} 年），账号将显示为未年检",
        "Not inspected: {account} ({year}); the account shows as unconfirmed",
    ),
    Action.INSPECTION_FAILED: Text(
        "年检不合格：{account}（{year} 年）", "Inspection failed: {account} ({year})"
    ),
    Action.INSPECTION_ORDERED: Text(
        "责令关闭：{account}，已暂停发布，请于 {by} 前关闭",
        "Closure ordered: {account}; it publishes nothing and is to be closed by {by}",
    ),
    Action.INSPECTION_RECTIFY: Text(
        "年检整改：{account}，请于 {by} 前整改并重报",
        "To be mended: {account}; mend it and report again by {by}",
    ),
}
_NO_CASE = Text(
    "关闭办件没有发起，原因见年检档案；请主管部门处理。",
    "The case of closing it could not be opened; its page says why. The competent office sees to it.",
)
_AT_ONCE = Text("尽快", "soon")


def tell_opened(event: Event, name: str) -> None:
    """A round is open, or closes soon: whoever owes a report for an account of their unit hears until when."""
    opened = Round.objects.select_related("rulebook").get(pk=event.subject_id)
    soon = event.action == Action.INSPECTION_DUE_SOON
    rows = opened.inspections.owed() if soon else opened.inspections.all()
    words = (
        Text("年检还没有报：{year} 年，{closes_on} 截止", "Inspection still owed: {year}, due by {closes_on}")
        if soon
        else Text(
            "{year} 年年检开始，{closes_on} 前报送", "The inspection of {year} is open, due by {closes_on}"
        )
    )
    notify(
        event=event,
        consequence=name,
        persons=owing(opened, rows.select_related("unit")),
        kind=INSPECT,
        title=filled(words, year=opened.year, closes_on=opened.closes_on),
        body=Text(
            "自查报告已按全年记录预填，核对补充后报送。",
            "The report is filled in from the year's record; check it, add to it, and send it.",
        ),
        link=links.inspections(opened.pk),
        article_ref=opened.article,
    )


def owing(opened: Round, rows: Iterable[Inspection]) -> list[Person]:
    """Who owes the reports: the holders of the role that the duty names, in each unit once, and their deputies."""
    rulebook = rulebook_of(opened)
    role = require_duty(rulebook).owed_by
    units = {row.unit_id: row for row in rows}
    people = [one for row in units.values() for one in holders(role, parties_of(row), rulebook)]
    return recipients.with_deputies(people)


def tell_result(event: Event, name: str) -> None:
    """An account failed, was absent, is to be mended or closed: the unit's people and who answers for it hear it."""
    rows = Inspection.objects.select_related("round__rulebook", "account", "unit")
    row = rows.get(pk=event.facts["inspection"])
    by = event.facts.get("by")
    words = _RESULTS[Action(event.action)]
    title = Text(
        words.zh.format(account=row.account.name, year=row.round.year, by=by or _AT_ONCE.zh),
        words.en.format(account=row.account.name, year=row.round.year, by=by or _AT_ONCE.en),
    )
    people = [*owing(row.round, [row]), *recipients.running(row.account)]
    body = Text(event.detail.data.get("detail", {}).get("reason", ""))
    if event.action == Action.INSPECTION_ORDERED and not event.facts.get("application"):
        people += recipients.serving(event.institution, recipients.COMPETENT_OFFICE)
        body = _NO_CASE
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(people, acting_person(event)),
        kind=INSPECT,
        title=title,
        body=body,
        link=links.inspection(row.pk),
        article_ref=row.round.article,
    )


def tell_published(event: Event, name: str) -> None:
    """The lists of results are out: everybody who runs an account hears it."""
    opened = Round.objects.get(pk=event.subject_id)
    notify(
        event=event,
        consequence=name,
        persons=recipients.account_people(event.institution),
        kind=INSPECT,
        title=filled(
            Text("{year} 年年检结果已公布", "The results of the inspection of {year} are out"),
            year=opened.year,
        ),
        link=links.inspection_results(opened.pk),
        article_ref=opened.article,
    )


def run_rounds(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Open the round whose days have come, remind of the one that ends soon, settle what is overdue."""
    today = clock.today()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            year = actions.due_year(institution, today)
            if year is not None:
                actions.open_due(actor=CALENDAR, institution=institution, year=year)
            for opened in Round.objects.filter(year__gte=today.year - 1).select_related(
                "institution", "rulebook"
            ):
                actions.remind(actor=CALENDAR, opened=opened)
                actions.close_over(actor=CALENDAR, opened=opened)
