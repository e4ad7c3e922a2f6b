"""What a decision page shows (ui.md, pattern 3): the revision, what changed, findings, checklist, consequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from guanhao.cases import checks, eligibility
from guanhao.cases.eligibility import Seat
from guanhao.cases.models import Decision, Step
from guanhao.cases.types import AUTHOR, StepState, Verdict
from guanhao.contents import errors
from guanhao.contents.diff import compare
from guanhao.contents.models import Article, Revision
from guanhao.core import clock
from guanhao.people.models import Person
from guanhao.rulebook.vocabulary import StepAct
from guanhao.web.forms.review import DecisionForm, ErrorForm
from guanhao.web.viewer import Viewer, said_of
from guanhao.web.work.paper_pages import papers_context
from guanhao.web.work.reasons import grouped, handled_before, marked_errors, reasons_of
from guanhao.web.work.route import stops_of, who_may

MOST_PHRASES = 6
WAITING_STATES = (StepState.CURRENT, StepState.HELD)
CSS = {Verdict.APPROVE: "btn-primary", Verdict.REJECT: "btn-danger"}
# What the buttons say; a verdict's own label says what was decided.
TO_DO: dict[Verdict, str | Promise] = {
    Verdict.APPROVE: pgettext_lazy("to do", "同意"),
    Verdict.RETURN: pgettext_lazy("to do", "退回修改"),
    Verdict.HOLD: pgettext_lazy("to do", "暂缓"),
    Verdict.REJECT: pgettext_lazy("to do", "不同意"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One verdict: its button, and what follows from pressing it."""

    value: str
    label: str
    css: str
    consequence: str
    disabled: bool = False


def decision_context(
    viewer: Viewer, step: Step, article: Article, form: DecisionForm | None = None
) -> dict[str, Any]:
    """Everything the page shows of a step that waits, or of one that was decided."""
    revision = decided_revision(step, article)
    earlier = last_seen(revision)
    confirmed = marked_errors(revision)
    reasons = reasons_of(viewer, revision, confirmed)
    return {
        **frame_of(viewer, step, form),
        "article": article,
        "revision": revision,
        "earlier": earlier,
        "changes": compare(earlier, revision) if earlier else [],
        "reasons": reasons,
        "groups": grouped(reasons),
        "handled": handled_before(revision),
        "errors": confirmed,
        "error_form": ErrorForm(viewer) if errors.may_judge(viewer.person, article) else None,
        "counting": errors.counting_clause(article),
        "verdicts": choices(step, article),
    }


def frame_of(viewer: Viewer, step: Step, form: DecisionForm | None) -> dict[str, Any]:
    """What every page about a step shows, whatever its case is about (`web/review/part_points.html`, `part_course.html`)."""
    may = checks.may_decide(viewer.person, step)
    seat = eligibility.seat_of(viewer.person, step)
    return {
        "step": step,
        "overdue": step.due_at is not None and step.due_at < clock.now() and step.state in WAITING_STATES,
        "may": may,
        "principal": seat.principal if seat else None,
        "stops": stops_of(step.case),
        "combined": combinable(seat, step) if may and seat else None,
        "phrases": phrases(viewer.person) if may else [],
        "form": _worded(form or DecisionForm(initial={"digest": step.case.subject_digest}), step),
        "past": history(step),
        "papers": papers_context(viewer, step.case, step),
    }


def _worded(form: DecisionForm, step: Step) -> DecisionForm:
    """The form says when an opinion is needed: a joint one always says what it is."""
    if step.act == StepAct.JOINT_OPINION:
        form.fields["opinion"].help_text = _("会签意见必填，同意也要写明。")
    return form


def decided_revision(step: Step, article: Article) -> Revision:
    """The revision the case is about, by its digest and by nothing else (AP1)."""
    return article.revisions.filter(hash=step.case.subject_digest).order_by("-number")[0]


def last_seen(revision: Revision) -> Revision | None:
    """The revision before this one, which the reader may have read already."""
    return (
        Revision.objects.filter(article=revision.article_id, number__lt=revision.number)
        .order_by("-number")
        .first()
    )


def history(step: Step) -> list[Decision]:
    """What was decided on this case and on those it follows, the latest first."""
    cases = [step.case_id]
    before = step.case.follows
    while before is not None:
        cases.append(before.pk)
        before = before.follows
    rows = Decision.objects.filter(step__case__in=cases).select_related("person", "acting_for", "step")
    return list(rows.order_by("-at", "-pk"))


def phrases(person: Person) -> list[str]:
    """Opinions the person gave before, the latest first, each once."""
    recent = (
        Decision.objects.filter(person=person)
        .exclude(opinion="")
        .order_by("-at")
        .values_list("opinion", flat=True)
    )
    return list(dict.fromkeys(recent[:50]))[:MOST_PHRASES]


def combinable(seat: Seat, step: Step) -> Step | None:
    """The following step that the rulebook lets the same person settle in the same gesture, if they sit there too.

    A deputy settles both for the same principal, whom the form names once.
    """
    after = following(step)
    if after is None or not (after.key in step.may_combine_with or step.key in after.may_combine_with):
        return None
    there = eligibility.seat_of(seat.person, after, seat.principal)
    return after if there and checks.hands_clean(there, after) else None


def choices(step: Step, article: Article) -> list[Choice]:
    """The four verdicts with what each leads to."""
    consequences = {
        Verdict.APPROVE: _after_approval(step),
        Verdict.RETURN: _after_return(step, article),
        Verdict.HOLD: _("稿件留在本环节，稍后由您或同一职务的其他人再办。"),
        Verdict.REJECT: _("办件结束，稿件不采用，投稿人可以另起新稿。"),
    }
    return offered(consequences)


def offered(
    consequences: Mapping[Verdict, str], called: Mapping[Verdict, str | Promise] | None = None
) -> list[Choice]:
    """A button for each verdict, with what it leads to; ``called`` names those that a matter calls otherwise."""
    says = {**TO_DO, **(called or {})}
    return [
        Choice(verdict.value, str(says[verdict]), CSS.get(verdict, ""), consequence)
        for verdict, consequence in consequences.items()
    ]


def following(step: Step) -> Step | None:
    """The step that comes next, if one does."""
    later = step.case.steps.filter(position__gt=step.position, state=StepState.WAITING)
    return later.select_related("unit", "case").order_by("position").first()


def _after_approval(step: Step) -> str:
    after = following(step)
    return handed_on(after) if after else _("同意后审批完成，可以排期发布。")


def handed_on(after: Step) -> str:
    """To whom it goes: at once, or once the other units have given their joint opinion as well."""
    others = after.case.steps.waiting().count() - 1
    if others > 0:
        return _("另外 %(number)d 家会签后，交 %(who)s（%(step)s）。") % {
            "number": others,
            "who": who_may(after),
            "step": said_of(after, "title"),
        }
    return _("同意后交 %(who)s（%(step)s）。") % {"who": who_may(after), "step": said_of(after, "title")}


def _after_return(step: Step, article: Article) -> str:
    if step.return_to == AUTHOR:
        return _("退给投稿人 %(who)s 修改，改后重新送审。") % {"who": article.contributor.name}
    earlier = step.case.steps.filter(key=step.return_to).first()
    return _("退回到“%(step)s”。") % {"step": said_of(earlier, "title") if earlier else step.return_to}
