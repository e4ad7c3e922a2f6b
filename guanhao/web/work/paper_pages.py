"""The card of signed and sealed papers that every page of a case may show (签字盖章)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from guanhao.cases import checks
from guanhao.cases.models import Case, PaperCopy, Step
from guanhao.cases.types import PaperKind
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.documents.sealing import asks_for_paper
from guanhao.web.access import one
from guanhao.web.forms.papers import PaperForm
from guanhao.web.viewer import Viewer, said_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper as the card lists it: which steps it counts for, and whether it still speaks of the present content."""

    copy: PaperCopy
    covers: tuple[str, ...]
    current: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """What the card shows: the papers there are, the step that waits for one, and the form to add one."""

    case: Case
    sheets: tuple[Sheet, ...]
    asking: tuple[Step, ...]
    lacking: Verdict  # of the waiting step: denied while its paper is not here
    form: PaperForm | None

    @property
    def missing(self) -> Denied | None:
        """Why the step that waits cannot pass yet, for want of its paper."""
        return self.lacking if isinstance(self.lacking, Denied) else None


def papers_context(viewer: Viewer, case: Case, step: Step | None = None) -> Papers | None:
    """The card of a case; nothing where neither a paper is there nor a step asks for one.

    ``step`` is the one whose page it stands on; without it the step that waits.
    """
    copies = list(case.papers.select_related("added_by"))
    asking = asks_for_paper(case)
    if not copies and not asking:
        return None
    titles = {one.key: said_of(one, "title") for one in case.steps.filter(needs_paper=True)}
    waiting = step or case.steps.waiting().first()
    may_add = bool(asking) and bool(checks.may_add_paper(viewer.person, case))
    return Papers(
        case,
        tuple(_sheet(copy, case, titles) for copy in copies),
        tuple(asking),
        checks.paper_in(waiting) if waiting is not None else ALLOWED,
        PaperForm(asking) if may_add else None,
    )


def _sheet(copy: PaperCopy, case: Case, titles: dict[str, str]) -> Sheet:
    current = copy.kind == PaperKind.PRINTED or copy.subject_digest == case.subject_digest
    return Sheet(copy, tuple(titles.get(key, key) for key in copy.covers), current)


def case_of(viewer: Viewer, pk: int) -> Case:
    """A case the person may see, whatever it is about."""
    rows: QuerySet[Case] = Case.objects.visible_to(viewer.person)
    return one(rows.select_related("institution", "rulebook"), pk=pk)


def paper_of(viewer: Viewer, pk: int) -> PaperCopy:
    """A paper of a case the person may see."""
    rows: QuerySet[PaperCopy] = PaperCopy.objects.filter(case__in=Case.objects.visible_to(viewer.person))
    return one(rows, pk=pk)
