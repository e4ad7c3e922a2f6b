"""Runs a rulebook's checks over an article and keeps what they find, each finding citing its article.

A finding that blocks and that nobody may override stops the act at once. One with an override role goes along until a
holder of that role settles it with a reason; approval and planning wait for that. What was settled stays settled for the
same clause, sentence and place, so a later stage does not ask again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from guanhao.contents import matters
from guanhao.contents.matters import Occasion
from guanhao.contents.models import Article, Finding, Handling, Revision
from guanhao.contents.rules import consent, platform
from guanhao.contents.rules.matter import Matter, Problem
from guanhao.contents.rules.table import RULES
from guanhao.contents.types import FindingState, Force, Stage
from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.canonical import digest
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.selection import checks_at
from guanhao.rulebook.vocabulary import Force as RuleForce
from guanhao.rulebook.vocabulary import Stage as RuleStage

CHECKER = system("checks", "审查程序")
PLATFORM_STAGES = (Stage.SUBMIT, Stage.SCHEDULE)
_SETTLED = (FindingState.OVERRIDDEN, FindingState.IGNORED, FindingState.ALLOWED)
_FINDINGS: Prepared[Finding] = Prepared(
    lambda: Finding.objects.filter(revision=given("revision")).order_by("pk")
)
_IGNORED: Prepared[Handling] = Prepared(
    lambda: Handling.objects.filter(revision=given("revision"), state=FindingState.IGNORED).select_related(
        "person"
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """A problem with its origin: what a finding will say, before it is stored."""

    stage: Stage
    rule: str
    clause: str
    article_ref: str
    force: Force
    problem: Problem
    override_role: str = ""

    @property
    def message(self) -> Text:
        """The sentence."""
        return self.problem.message

    @property
    def key(self) -> str:
        """What makes two findings the same, at whatever stage."""
        return json.dumps(
            [self.clause or self.rule, self.message.zh, dict(self.problem.place)], sort_keys=True
        )

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding wherever the text around it has moved to."""
        place = self.problem.place
        said = [
            self.clause or self.rule,
            self.message.zh,
            str(place.get("field", "")),
            str(place.get("excerpt", "")),
        ]
        return digest(said)

    @property
    def stops(self) -> bool:
        """Whether it stops the act at once: it blocks, and nobody may let it pass."""
        return self.force == Force.BLOCK and not self.override_role

    def denied(self) -> Denied:
        """The refusal it amounts to."""
        return Denied(self.message, article=self.article_ref, clause=self.clause)


class Blocked(Refused):
    """Findings stop the act. Carries all of them; the refusal shows the first."""

    def __init__(self, found: Iterable[Found]) -> None:
        self.found = tuple(found)
        super().__init__(self.found[0].denied())


def preview(article: Article, stages: Iterable[Stage] = (Stage.SUBMIT, Stage.REVIEW)) -> list[Found]:
    """What the checks of these stages would say of the working copy now. Nothing is stored.

    Questions only a reviewer can answer (ticked items, confirmations) are left out.
    """
    return preview_of(matters.of_working(article, Occasion()), stages)


def preview_of(matter: Matter, stages: Iterable[Stage] = (Stage.SUBMIT, Stage.REVIEW)) -> list[Found]:
    """The same for a matter that is at hand."""
    return [one for stage in stages for one in find(matter, stage) if one.rule not in _REVIEWERS_OWN]


def find(matter: Matter, stage: Stage) -> Iterator[Found]:
    """Ask every check of the stage that is meant for the matter; rules the engine does not know are declared only."""
    for check in checks_at(matter.rulebook, RuleStage(stage.value), matter.facts):
        yield from found_by(check, matter, stage)
    if stage in PLATFORM_STAGES:
        for name, force, problem in platform.problems(matter):
            yield Found(stage, name, "", "", Force(force.value), problem)
    if stage is Stage.SUBMIT:
        for name, force, problem in (*platform.posting(matter), *consent.usual(matter)):
            yield Found(stage, name, "", "", Force(force.value), problem)
    if stage is not Stage.SEND:  # The gate of publishing holds it there.
        for name, force, problem in consent.statutory(matter):
            yield Found(stage, name, "", "", Force(force.value), problem)


def found_by(check: Check, matter: Matter, stage: Stage) -> Iterator[Found]:
    """What one check finds in a matter, whether or not it is meant for it."""
    rule = RULES.get(check.rule)
    for problem in rule(matter, check) if rule else ():
        yield Found(
            stage=stage,
            rule=check.rule,
            clause=check.id,
            article_ref=check.article,
            force=_force(check, problem),
            problem=problem,
            override_role=check.override_by or "",
        )


def _force(check: Check, problem: Problem) -> Force:
    """As hard as the clause says, or softer where what was found is not certain."""
    binding = [*RuleForce]
    softer = problem.softer or check.force
    return Force(max(check.force, softer, key=binding.index).value)


def once(found: Iterable[Found]) -> list[Found]:
    """Each problem once: two telephones with one mask behind one picture are one finding."""
    return list({one.key: one for one in found}.values())


@transaction.atomic(savepoint=False)
def run(
    revision: Revision, stage: str, at: datetime | None = None, occasion: Occasion | None = None
) -> list[Finding]:
    """Run a stage's checks and store what they find; answers all findings of the stage, settled ones included.

    ``at`` is when it is to go out. What an earlier run found and this one does not is marked as fixed.
    """
    occasion = occasion or Occasion(due_at=at)
    found = once(find(matters.of_revision(revision, occasion), Stage(stage)))
    stored = _FINDINGS.all(revision=revision)
    before = {_key(one): one for one in stored if one.stage == stage}
    settled = {_key(one): one for one in stored if one.state in _SETTLED}
    new = [one for one in found if one.key not in before]
    ignored = {one.fingerprint: one for one in _IGNORED.all(revision=revision)} if new else {}
    kept = [
        _kept(revision, one, before.pop(one.key, None), settled.get(one.key) or _ignored(one, ignored))
        for one in found
    ]
    mended = [
        one for one in before.values() if _set_state(one, FindingState.FIXED, only_from=FindingState.OPEN)
    ]
    if new or mended:
        _tell(revision, stage, new, mended)
    return [*kept, *before.values()]


def blocking(revision: Revision, stages: Iterable[str] = Stage.values) -> list[Finding]:
    """Findings of these stages that still block."""
    wanted = set(stages)
    return [
        one
        for one in _FINDINGS.all(revision=revision)
        if one.stage in wanted and one.force == Force.BLOCK and one.state == FindingState.OPEN
    ]


def require_clear(findings: Iterable[Finding]) -> None:
    """Raise `Blocked` when any of the findings still blocks."""
    open_ones = [one for one in findings if one.force == Force.BLOCK and one.state == FindingState.OPEN]
    if open_ones:
        raise Blocked(as_found(one) for one in open_ones)


def as_found(finding: Finding) -> Found:
    """A stored finding as the value it was made from."""
    return Found(
        stage=Stage(finding.stage),
        rule=finding.rule,
        clause=finding.clause,
        article_ref=finding.article_ref,
        force=Force(finding.force),
        problem=Problem(Text(zh=finding.message_zh, en=finding.message_en), finding.place),
        override_role=finding.override_role,
    )


def message_of(finding: Finding) -> str:
    """The finding's sentence in the language of the page."""
    return Text(zh=finding.message_zh, en=finding.message_en).in_language(get_language() or "zh-hans")


_REVIEWERS_OWN = ("approved", "checklist_complete", "secrecy_confirmation")


def _key(finding: Finding) -> str:
    return as_found(finding).key


@dataclass(frozen=True, slots=True)
class _Settled:
    """How a finding like it was settled."""

    state: str
    reason: str
    settled_by: Person | None
    settled_at: datetime | None


def _ignored(found: Found, ignored: Mapping[str, Handling]) -> _Settled | None:
    """What its writers ignored with a reason stays ignored, unless it blocks: that is nobody's to ignore."""
    handling = ignored.get(found.fingerprint)
    if handling is None or found.force == Force.BLOCK:
        return None
    return _Settled(handling.state, handling.reason, handling.person, handling.at)


def _kept(
    revision: Revision, found: Found, same: Finding | None, settled: Finding | _Settled | None
) -> Finding:
    """The stored finding: as it was, opened again after it had been fixed, or new and settled as its like was."""
    if same is None:
        return _stored(revision, found, settled)
    _set_state(same, FindingState.OPEN, only_from=FindingState.FIXED)
    return same


def _stored(revision: Revision, found: Found, settled: Finding | _Settled | None) -> Finding:
    finding = Finding(
        institution_id=revision.institution_id,
        revision=revision,
        stage=found.stage,
        rule=found.rule,
        clause=found.clause,
        article_ref=found.article_ref,
        force=found.force,
        message_zh=found.message.zh,
        message_en=found.message.en,
        place=dict(found.problem.place),
        override_role=found.override_role,
        found_at=clock.now(),
    )
    if settled is not None:
        finding.state, finding.reason = settled.state, settled.reason
        finding.settled_by, finding.settled_at = settled.settled_by, settled.settled_at
    finding.save()
    return finding


def _set_state(finding: Finding, state: str, *, only_from: str) -> bool:
    """Change the state if it is the one named; answers whether it was."""
    if finding.state != only_from:
        return False
    finding.state = state
    finding.save(update_fields=["state"])
    return True


def _tell(revision: Revision, stage: str, new: list[Found], mended: list[Finding]) -> None:
    article = revision.article
    record(
        institution=article.institution,
        actor=CHECKER,
        action=Action.ARTICLE_CHECKED,
        subject=Subject("article", str(article.pk), article.title),
        facts={
            "hash": revision.hash,
            "stage": str(stage),
            "found": [one.clause or one.rule for one in new],
            "mended": [one.clause or one.rule for one in mended],
        },
    )
