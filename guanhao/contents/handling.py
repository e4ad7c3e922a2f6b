"""What writers do about findings while they write: mend, ignore with a reason, call it no error; and take that back.

Nothing that blocks can be ignored here; it is let pass by the role its clause names, after handing in. Handing in binds
what was done to the revision, so that whoever decides sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from guanhao.contents import checks, guards, matters
from guanhao.contents.checks import Found
from guanhao.contents.matters import Occasion
from guanhao.contents.models import Article, Handling, Revision
from guanhao.contents.recording import locked, tell
from guanhao.contents.rules.matter import Matter
from guanhao.contents.types import ContributorKind, FindingState, Force
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.types import Action
from guanhao.lexicon import actions as lexicon
from guanhao.lexicon.types import digest_of, wording_of
from guanhao.people.models import Person, Unit
from guanhao.people.permissions import standing
from guanhao.screening.hits import HitClass

_PENDING: Prepared[Handling] = Prepared(lambda: pending(given("article")))
POSSIBLE = frozenset({FindingState.FIXED, FindingState.IGNORED, FindingState.ALLOWED})


@transaction.atomic
def handle(
    *, actor: Actor, person: Person, article: Article, fingerprint: str, state: str, reason: str = ""
) -> Handling:
    """Note that a finding in the working copy was mended, is ignored, or is no error; the last goes to the unit's list.

    Raises:
        Refused: not theirs to edit, a reason is missing, it blocks, or they may not speak for the unit.
        WrongState: it is not there any more, or was handled already.
    """
    article = locked(article)
    require(guards.may_edit(person, article))
    matter = matters.of_working(article, Occasion())
    found = _found(matter, fingerprint)
    require(may_handle(person, article, found, state))
    if state != FindingState.FIXED and not reason.strip():
        raise Refused(Denied(Text(zh="请写明理由。", en="Give a reason."), found.article_ref))
    if pending(article).filter(fingerprint=fingerprint).exists():
        raise WrongState(Denied(Text(zh="这一项已经处理过。", en="This has been handled already.")))
    handling = Handling(
        institution_id=article.institution_id,
        article=article,
        fingerprint=fingerprint,
        rule=found.rule,
        clause=found.clause,
        article_ref=found.article_ref,
        message_zh=found.message.zh,
        message_en=found.message.en,
        place=dict(found.problem.place),
        state=FindingState(state),
        reason=reason.strip()[:500],
        person=person,
        at=clock.now(),
    )
    handling.save()
    if handling.state == FindingState.ALLOWED:
        allow(actor=actor, person=person, article=article, matter=matter, found=found, reason=reason)
    tell(
        actor,
        Action.ARTICLE_FINDING_HANDLED,
        article,
        {"rule": found.rule, "as": handling.state, "finding": fingerprint},
        detail={"reason": handling.reason},
        clause=found.clause,
    )
    return handling


@transaction.atomic
def take_back(*, actor: Actor, person: Person, handling: Handling) -> Handling:
    """Count a finding as open again. What went to the unit's allow-list is taken off there, not here.

    Raises:
        Refused: not theirs to edit. WrongState: it went along with a revision, or was taken back.
    """
    article = locked(handling.article)
    require(guards.may_edit(person, article))
    if pending(article).filter(pk=handling.pk).update(undone_at=clock.now()) != 1:
        raise WrongState(Denied(Text(zh="这一项不能再撤销。", en="This cannot be taken back any more.")))
    tell(
        actor,
        Action.ARTICLE_FINDING_HANDLED,
        article,
        {"rule": handling.rule, "as": FindingState.OPEN, "finding": handling.fingerprint},
        clause=handling.clause,
    )
    handling.refresh_from_db()
    return handling


def pending(article: Article | Any) -> QuerySet[Handling]:
    """What was done since the last handing in and not taken back."""
    rows: QuerySet[Handling] = Handling.objects.filter(
        article=article, revision__isnull=True, undone_at__isnull=True
    )
    return rows


def may_handle(person: Person, article: Article, found: Found, state: str) -> Verdict:
    """Whether the person may handle the finding so. What blocks can be mended only, or let pass by its role later."""
    if state not in POSSIBLE:
        return Denied(Text(zh="不能这样处理。", en="It cannot be handled so."))
    if state != FindingState.FIXED and found.force == Force.BLOCK:
        return Denied(
            Text(
                zh="必须处理的项不能忽略，只能改正，或提交后由有权的人放行。",
                en="What must be dealt with cannot be ignored: mend it, or let the entitled role pass it later.",
            ),
            found.article_ref,
            found.clause,
        )
    return may_allow(person, article) if state == FindingState.ALLOWED else ALLOWED


def allow(
    *, actor: Actor, person: Person, article: Article, matter: Matter, found: Found, reason: str
) -> None:
    """Put the wording behind a finding on the allow-list of the unit it belongs to.

    Raises:
        Refused: the finding is not about words.
    """
    hit = matter.hit_at(found.problem.place)
    if hit is None:
        raise Refused(
            Denied(
                Text(
                    zh="这一项不是文字问题，不能列入“不是错误”。",
                    en="This is not about words; it cannot go on an allow-list.",
                )
            )
        )
    view, what = hit
    is_personal = what.hit_class is HitClass.PERSONAL
    lexicon.allow(
        actor=actor,
        person=person,
        unit=unit_of(article),
        hit_class=what.hit_class,
        wording=what.mask if is_personal else wording_of(what, view),
        digest=digest_of(what, view) if is_personal else "",
        reason=reason,
    )


def unit_of(article: Article) -> Unit:
    """Whose allow-list an article adds to: the unit in whose name it is offered, else the account's unit."""
    is_units = article.contributor_kind in {ContributorKind.UNIT, ContributorKind.OFFICE}
    return article.owner_unit if is_units else article.account.owner_unit


def bind(revision: Revision) -> None:
    """Let what was done go along with the revision. What stands there again is not mended."""
    done = _PENDING.all(article=revision.article_id)
    if not done:
        return
    rows = pending(revision.article)
    mended = [one for one in done if one.state == FindingState.FIXED]
    if mended:
        matter = matters.of_revision(revision, Occasion())
        there = {one.fingerprint for one in checks.preview_of(matter)}
        again = [one.pk for one in mended if one.fingerprint in there]
        rows.filter(pk__in=again).update(undone_at=clock.now())
    rows.update(revision=revision)


def _found(matter: Matter, fingerprint: str) -> Found:
    found: Iterable[Found] = checks.preview_of(matter)
    one = next((each for each in found if each.fingerprint == fingerprint), None)
    if one is None:
        raise WrongState(
            Denied(
                Text(
                    zh="稿件已经改动，这一项已不在。",
                    en="The article has changed; this is not there any more.",
                )
            )
        )
    return one


def may_allow(person: Person, article: Article) -> Verdict:
    """Whether the person may put a wording on the allow-list of the unit the article adds to."""
    if unit_of(article).pk in standing(person).unit_ids:
        return ALLOWED
    return Denied(
        Text(
            zh=f"“不是错误”由{unit_of(article).name}的人员认定；您可以写明理由忽略。",
            en=f"Only people of {unit_of(article).name} say that it is no error; you may ignore it with a reason.",
        )
    )
