"""Findings as pages show them: by class, each with its chip, its words in the text, the way there and what may be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guanhao.contents import attaching, checks, errors
from guanhao.contents.checks import Found
from guanhao.contents.models import ErrorMark, Finding, Handling, Revision
from guanhao.contents.types import FindingState, Force
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.web.marks import Mark, mark_of
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.hitwords import CLASS_WORDS, class_word

_FIELDS = {"due_at": "wanted_at", "images": "body", "pictures": "body", "cover": "cover-first"}
_MASKED = "personal"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a finding's words are in the form: for the script that goes there and mends them.

    In the body by counting characters that are no white space; in a plain field by position; in an attribute of the
    body by the number of its tag. ``words`` are what stands there, empty where it may not be repeated.
    """

    field: str
    attribute: str
    start: int
    end: int
    skip: int
    length: int
    nth: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One finding. ``pk`` is its key where it is stored; ``settle`` says whether the viewer may settle it."""

    force: Force
    message: str
    article: str
    clause: str
    field: str
    excerpt: str
    hit_class: str = ""
    fingerprint: str = ""
    spot: Spot | None = None
    suggestions: tuple[str, ...] = ()
    pk: int | None = None
    settled: Mark | None = None
    settled_by: str = ""
    why: str = ""
    settle: bool = False
    not_settle: Denied | None = None
    judge: bool = False
    error: ErrorMark | None = None

    @property
    def mark(self) -> Mark:
        """What it does, as a mark."""
        return mark_of(self.force)

    @property
    def ignorable(self) -> bool:
        """Whether its writers may ignore it with a reason."""
        return self.force != Force.BLOCK

    @property
    def is_candidate(self) -> bool:
        """Whether it is a slip of writing that a reviewer may count as an error."""
        return self.hit_class in errors.CANDIDATES


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one class, the hardest first; ``quiet`` when all are only hints."""

    key: str
    label: str
    findings: list[Reason] = field(default_factory=list)

    @property
    def blocking(self) -> int:
        """How many of them must be dealt with."""
        return sum(1 for one in self.findings if one.force == Force.BLOCK)

    @property
    def quiet(self) -> bool:
        """Whether nothing in it asks for more than a glance."""
        return all(one.force == Force.HINT for one in self.findings)


def grouped(reasons: Iterable[Reason]) -> list[Group]:
    """By class in the order of `CLASS_WORDS`: first words that block, then other words, then what the form lacks."""
    listed = sorted(reasons, key=lambda one: list(Force).index(one.force))
    groups = [
        Group(key, class_word(key), [one for one in listed if one.hit_class == key]) for key in CLASS_WORDS
    ]
    return sorted(
        (group for group in groups if group.findings), key=lambda group: (not group.key, not group.blocking)
    )


def reasons_in(found: Iterable[Found], handled: frozenset[str] = frozenset()) -> list[Reason]:
    """What checks found apart from what was handled, the same sentence of several stages once."""
    return list(dict.fromkeys(_of_found(one) for one in found if one.fingerprint not in handled))


def reasons_of(viewer: Viewer, revision: Revision, marked: Iterable[ErrorMark]) -> list[Reason]:
    """What was found in a revision and is not mended; the same sentence of several stages once.

    ``marked`` are the errors that were confirmed in it (`marked_errors`).
    """
    marks = {mark.finding_id: mark for mark in marked if mark.finding_id is not None}
    judge = bool(errors.may_judge(viewer.person, revision.article))
    once: dict[tuple[str, str, str], Reason] = {}
    for finding in _FINDINGS.all(revision=revision):
        finding.revision = revision
        reason = _of_finding(viewer, finding, marks.get(finding.pk), judge=judge)
        once.setdefault((reason.clause, reason.message, reason.excerpt), reason)
    return sorted(once.values(), key=lambda one: list(Force).index(one.force))


def handled_before(revision: Revision) -> list[Handling]:
    """What its writers did about findings before they handed it in."""
    return _HANDLINGS.all(revision=revision)


def marked_errors(revision: Revision) -> list[ErrorMark]:
    """The errors confirmed in a revision and not taken back."""
    return _ERRORS.all(revision=revision)


_FINDINGS: Prepared[Finding] = Prepared(
    lambda: (
        Finding.objects.filter(revision=given("revision"))
        .exclude(state=FindingState.FIXED)
        .select_related("settled_by")
    )
)
_HANDLINGS: Prepared[Handling] = Prepared(
    lambda: Handling.objects.filter(revision=given("revision"), undone_at=None).select_related("person")
)
_ERRORS: Prepared[ErrorMark] = Prepared(
    lambda: ErrorMark.objects.filter(revision=given("revision"), withdrawn_at=None).select_related("person")
)


def message_of(handling: Handling) -> str:
    """The sentence of what was handled."""
    return said(Text(zh=handling.message_zh, en=handling.message_en))


def field_of(place: Mapping[str, Any]) -> str:
    """The name of the form field a place belongs to."""
    name = str(place.get("field", "body"))
    if name.startswith("credits."):
        return f"credit_{name.removeprefix('credits.')}"
    return _FIELDS.get(name, name.partition(".")[0])


def _of_found(found: Found) -> Reason:
    place = found.problem.place
    return Reason(
        force=found.force,
        message=said(found.message),
        article=found.article_ref,
        clause=found.clause,
        field=field_of(place),
        excerpt=str(place.get("excerpt", "")),
        hit_class=_class_of(place),
        fingerprint=found.fingerprint,
        spot=_spot(place),
        suggestions=tuple(place.get("suggestions", ())),
    )


def _of_finding(viewer: Viewer, finding: Finding, error: ErrorMark | None, *, judge: bool) -> Reason:
    open_ = finding.state == FindingState.OPEN
    may = attaching.may_settle(viewer.person, finding) if open_ else None
    return Reason(
        force=Force(finding.force),
        message=checks.message_of(finding),
        article=finding.article_ref,
        clause=finding.clause,
        field=field_of(finding.place),
        excerpt=str(finding.place.get("excerpt", "")),
        hit_class=_class_of(finding.place),
        suggestions=tuple(finding.place.get("suggestions", ())),
        pk=finding.pk,
        settled=None if open_ else mark_of(FindingState(finding.state)),
        settled_by=finding.settled_by.name if finding.settled_by else "",
        why=finding.reason,
        settle=bool(may),
        not_settle=may if isinstance(may, Denied) else None,
        judge=judge,
        error=error,
    )


def _class_of(place: Mapping[str, Any]) -> str:
    key = str(place.get("class", ""))
    return key if key in CLASS_WORDS else ""


def _spot(place: Mapping[str, Any]) -> Spot | None:
    """The spot of words; nothing for a finding about a whole field."""
    if "length" not in place:
        return None
    name, _, attribute = str(place["field"]).partition(".")
    is_body = name == "body"
    return Spot(
        field=name if is_body else field_of(place),
        attribute=attribute if is_body else "",
        start=place["start"],
        end=place["end"],
        skip=place["skip"],
        length=place["length"],
        nth=place.get("nth", 0),
        words="" if place.get("class") == _MASKED else str(place.get("mask", "")),
    )
