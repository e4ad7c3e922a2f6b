"""How the review queue shows and decides a step, by what its case is about. A new kind of subject is one more line.

The kinds are those of `access.REVIEWED`; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from guanhao.cases.models import Step
from guanhao.cases.refusals import DigestChanged
from guanhao.cases.saying import Saying
from guanhao.contents import actions as contents
from guanhao.core.verdicts import Refused
from guanhao.web.forms.review import DecisionForm
from guanhao.web.viewer import Viewer
from guanhao.web.work import access, application_decision, inspection_decision
from guanhao.web.work.decision import decision_context

Context = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """One kind of subject.

    ``context`` answers what the template shows of a step, with the form as it was sent where there is one; ``decide``
    takes the decision and raises what the domain refuses; ``changed`` adds what helps when somebody read an older
    version (AP1).
    """

    template: str
    context: Callable[[Viewer, Step, DecisionForm | None, QueryDict | None], Context]
    decide: Callable[[Viewer, Step, Saying, QueryDict], None]
    changed: Callable[[Viewer, Step, DigestChanged], Context] = lambda _viewer, _step, _refusal: {}


def of(step: Step) -> Deciding:
    """How the step is decided."""
    return KINDS[step.case.subject_kind]


def again(
    viewer: Viewer, step: Step, form: DecisionForm, data: QueryDict, refusal: Refused | None
) -> Context:
    """The page once more, with the reason and nothing typed lost."""
    kind = of(step)
    context = kind.context(viewer, access.step(viewer, step.pk), form, data)
    context["refused"] = refusal.denied if refusal else None
    context["ticked"] = data.getlist("check")
    if isinstance(refusal, DigestChanged):
        context |= kind.changed(viewer, step, refusal)
    return context


def _article_context(
    viewer: Viewer, step: Step, form: DecisionForm | None, _data: QueryDict | None
) -> Context:
    return decision_context(viewer, step, access.article_of(viewer, step.case), form)


def _decide_article(viewer: Viewer, step: Step, saying: Saying, _data: QueryDict) -> None:
    contents.decide(actor=viewer.actor, person=viewer.person, step=step, saying=saying)


def _article_changed(viewer: Viewer, step: Step, refusal: DigestChanged) -> Context:
    earlier = access.seen_revision(access.article_of(viewer, step.case), refusal.seen)
    return {"earlier": earlier} if earlier else {}


KINDS: Mapping[str, Deciding] = {
    "article": Deciding(
        template="web/review/step.html",
        context=_article_context,
        decide=_decide_article,
        changed=_article_changed,
    ),
    "application": Deciding(
        template="web/applications/step.html",
        context=application_decision.context,
        decide=application_decision.decide,
    ),
    "inspection": Deciding(
        template="web/inspections/step.html",
        context=inspection_decision.context,
        decide=inspection_decision.decide,
    ),
}
