"""Findings as pages show them: by force, each with its chip, its words in the text and the field to jump to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guanhao.contents import attaching, checks
from guanhao.contents.checks import Found
from guanhao.contents.models import Finding, Revision
from guanhao.contents.types import FindingState, Force
from guanhao.core.verdicts import Denied
from guanhao.web.marks import Mark, mark_of
from guanhao.web.viewer import Viewer, said

_FIELDS = {"due_at": "wanted_at", "images": "body", "pictures": "body", "cover": "cover-first"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One finding. ``pk`` is its key where it is stored; ``settle`` says whether the viewer may settle it."""

    force: Force
    message: str
    article: str
    clause: str
    field: str
    excerpt: str
    pk: int | None = None
    settled: Mark | None = None
    settled_by: str = ""
    why: str = ""
    settle: bool = False
    not_settle: Denied | None = None

    @property
    def mark(self) -> Mark:
        """What it does, as a mark."""
        return mark_of(self.force)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one force."""

    mark: Mark
    findings: list[Reason]


def grouped(reasons: Iterable[Reason]) -> list[Group]:
    """By force, the blocking ones first; forces without findings are left out."""
    listed = list(reasons)
    groups = [Group(mark_of(force), [one for one in listed if one.force == force]) for force in Force]
    return [group for group in groups if group.findings]


def reasons_in(found: Iterable[Found]) -> list[Reason]:
    """What checks found, the same sentence of several stages once."""
    return list(dict.fromkeys(_of_found(one) for one in found))


def reasons_of(viewer: Viewer, revision: Revision) -> list[Reason]:
    """What was found in a revision and is not mended; the same sentence of several stages once."""
    rows = revision.findings.exclude(state=FindingState.FIXED).select_related(
        "settled_by", "revision__article"
    )
    once: dict[tuple[str, str, str], Reason] = {}
    for finding in rows:
        reason = _of_finding(viewer, finding)
        once.setdefault((reason.clause, reason.message, reason.excerpt), reason)
    return sorted(once.values(), key=lambda one: list(Force).index(one.force))


def field_of(place: Mapping[str, Any]) -> str:
    """The name of the form field a place belongs to."""
    name = str(place.get("field", "body"))
    if name.startswith("credits."):
        return f"credit_{name.removeprefix('credits.')}"
    return _FIELDS.get(name, name)


def _of_found(found: Found) -> Reason:
    place = found.problem.place
    return Reason(
        force=found.force,
        message=said(found.message),
        article=found.article_ref,
        clause=found.clause,
        field=field_of(place),
        excerpt=str(place.get("excerpt", "")),
    )


def _of_finding(viewer: Viewer, finding: Finding) -> Reason:
    open_ = finding.state == FindingState.OPEN
    may = attaching.may_settle(viewer.person, finding) if open_ else None
    return Reason(
        force=Force(finding.force),
        message=checks.message_of(finding),
        article=finding.article_ref,
        clause=finding.clause,
        field=field_of(finding.place),
        excerpt=str(finding.place.get("excerpt", "")),
        pk=finding.pk,
        settled=None if open_ else mark_of(FindingState(finding.state)),
        settled_by=finding.settled_by.name if finding.settled_by else "",
        why=finding.reason,
        settle=bool(may),
        not_settle=may if isinstance(may, Denied) else None,
    )
