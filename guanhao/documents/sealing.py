"""Signed and sealed paper (签字盖章): what went out to be signed and what came back, both kept beside the case.

The engine refuses to pass a step that needs the paper until it is here (`cases.checks.paper_in`). The files are kept
like all others: by their content, a scan drawn anew, a PDF as it is and only ever given out as a download (CF3, CF5).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from guanhao.cases import checks, progress
from guanhao.cases.models import Case, PaperCopy, Step
from guanhao.cases.types import PaperKind, StepState
from guanhao.contents.assets import PDF, store_document
from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.documents.issuing import paper
from guanhao.documents.models import IssuedForm
from guanhao.documents.pdf import pdf
from guanhao.ledger.types import Action
from guanhao.people.models import Institution, Person

SCANS = (PDF, "image/jpeg", "image/png", "image/gif", "image/webp")


def keep_returned(
    *, actor: Actor, person: Person, case: Case, data: bytes, name: str = "", covers: Iterable[str] = ()
) -> PaperCopy:
    """Keep the scan of a paper that came back. ``covers`` are the steps whose signature or seal is on it.

    Without ``covers`` it is the step that waits for a paper. Adding never replaces: the one before stays.

    Raises:
        FileRefused: neither PDF nor picture, a damaged one, or a bomb (CF4).
        Refused: not a case of theirs, the case is over, no such step asks for paper, or no space is left.
    """
    require(checks.may_add_paper(person, case))
    covered = _covered(case, covers)
    asset = store_document(actor=actor, person=person, data=data, name=name)
    if asset.mime not in SCANS:
        raise Refused(
            Denied(
                Text(
                    zh="请上传签章后的扫描件：PDF 或照片。",
                    en="Upload the scan of the signed paper: a PDF or a picture.",
                )
            )
        )
    return _kept(actor, person, case, asset, PaperCopy(kind=PaperKind.RETURNED, covers=covered, name=name))


def keep_printed(*, actor: Actor, person: Person, case: Case, issued: IssuedForm) -> tuple[PaperCopy, bytes]:
    """Print an issued form for a case and keep exactly what was printed; answers the sheet too.

    Raises:
        Refused: not a case of theirs, the case is over, or no space is left.
    """
    require(checks.may_add_paper(person, case))
    institution: Institution = case.institution
    sheet = pdf(paper(issued, institution))
    name = f"{issued.title}.pdf"
    asset = store_document(actor=actor, person=person, data=sheet, name=name)
    copy = PaperCopy(kind=PaperKind.PRINTED, covers=[], name=name, code=issued.code)
    return _kept(actor, person, case, asset, copy), sheet


def asks_for_paper(case: Case) -> list[Step]:
    """The steps of the case that pass only with paper and have not passed, in their order."""
    open_states = (StepState.WAITING, StepState.CURRENT, StepState.HELD)
    return list(case.steps.filter(needs_paper=True, state__in=open_states).select_related("unit"))


def _covered(case: Case, covers: Iterable[str]) -> list[str]:
    asking = [step.key for step in asks_for_paper(case)]
    wanted = sorted(set(covers)) or asking[:1]
    if not wanted or not set(wanted) <= set(asking):
        raise Refused(
            Denied(
                Text(
                    zh="本件没有等待签章的环节，或所选环节不需要纸质件。",
                    en="No step of this case waits for a paper, or the step chosen needs none.",
                ),
                clause=case.clause,
            )
        )
    return wanted


@transaction.atomic
def _kept(actor: Actor, person: Person, case: Case, asset: Asset, copy: PaperCopy) -> PaperCopy:
    """Put the paper beside the case; the same paper for the same steps again is the one that is there."""
    case = progress.locked(case.pk)
    require(checks.may_add_paper(person, case))
    same = case.papers.filter(kind=copy.kind, digest=asset.digest, subject_digest=case.subject_digest)
    known: PaperCopy | None = next((one for one in same if one.covers == copy.covers), None)
    if known is not None:
        return known
    copy.institution_id = case.institution_id
    copy.case, copy.subject_digest = case, case.subject_digest
    copy.digest, copy.mime, copy.size = asset.digest, asset.mime, asset.size
    copy.name = (copy.name or asset.original_name).replace("\\", "/").rsplit("/", 1)[-1][:200]
    copy.added_by, copy.added_at = person, clock.now()
    copy.save()
    progress.tell(
        progress.gesture_of(actor),
        case,
        Action.CASE_PAPER_ADDED,
        facts={
            "paper": copy.pk,
            "kind": copy.kind,
            "digest": copy.digest,
            "steps": copy.covers,
            "code": copy.code,
        },
        detail={"name": copy.name},
    )
    return copy
