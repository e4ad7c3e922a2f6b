"""What is added to an article on its way: files that authorise it, classes it turns out to have, findings settled."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from guanhao.contents import errors, guards, handling, matters
from guanhao.contents.checks import Found, as_found, find
from guanhao.contents.matters import Occasion
from guanhao.contents.models import Article, Asset, Attachment, Finding
from guanhao.contents.recording import locked, tell
from guanhao.contents.types import AttachmentKind, FindingState, Force, Stage
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person


@transaction.atomic
def attach(
    *,
    actor: Actor,
    person: Person,
    article: Article,
    asset: Asset,
    kind: str,
    issued_by: str = "",
    covers: Iterable[str] = (),
) -> Attachment:
    """Hang a stored file on an article. An authorisation names who issued it and the content classes it covers (gpnu-9).

    Raises:
        Refused: the person neither wrote nor reviews it, the file is another institution's, or the authorisation does
            not say who issued it or what for.
        WrongState: the article is over.
    """
    article = locked(article)
    require(may_attach(person, article))
    covered = sorted(set(covers))
    require(_says_what_for(article, kind, issued_by, covered))
    if asset.institution_id != article.institution_id:
        raise Refused(Denied(Text(zh="文件不存在。", en="There is no such file.")))
    attachment = Attachment(
        institution_id=article.institution_id,
        article=article,
        asset=asset,
        kind=AttachmentKind(kind),
        issued_by=issued_by.strip()[:100],
        covers=covered,
        added_by=person,
        added_at=clock.now(),
    )
    attachment.save()
    authorises = attachment.kind == AttachmentKind.AUTHORISATION
    tell(
        actor,
        Action.ARTICLE_AUTHORISATION_ADDED if authorises else Action.ARTICLE_ATTACHED,
        article,
        {"file": asset.digest, "kind": attachment.kind, "covers": covered},
        detail={"issued_by": attachment.issued_by, "name": asset.original_name},
    )
    return attachment


@transaction.atomic
def settle_finding(
    *, actor: Actor, person: Person, finding: Finding, reason: str, state: str = ""
) -> Finding:
    """Let a blocking finding pass, or say of a lighter one that it may stay or is no error; always with a reason.

    A finding that blocks is set aside only by a holder of the role its clause names, and by nobody who made the
    article. What is no error goes to the unit's allow-list. The same finding at other stages is settled with it.

    Raises:
        Refused: no reason, or not theirs to settle.
        WrongState: it is settled already.
    """
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    article = locked(finding.revision.article)
    require(may_settle(person, finding, state))
    if finding.state != FindingState.OPEN:
        raise WrongState(Denied(Text(zh="这一项已经处理过。", en="This has been settled already.")))
    if not reason.strip():
        raise Refused(Denied(Text(zh="请写明理由。", en="Give a reason."), article=finding.article_ref))
    settled = _settled_as(finding, state)
    if state == FindingState.ALLOWED:
        _to_allow_list(actor, person, finding, reason)
    _settle_alike(finding, person, settled, reason.strip())
    tell(
        actor,
        Action.ARTICLE_FINDING_SETTLED,
        article,
        {"finding": finding.pk, "rule": finding.rule, "as": settled, "hash": finding.revision.hash},
        detail={"reason": reason.strip()},
        clause=finding.clause,
    )
    finding.refresh_from_db()
    return finding


def _settled_as(finding: Finding, state: str) -> FindingState:
    if finding.force == Force.BLOCK or state == FindingState.OVERRIDDEN:
        return FindingState.OVERRIDDEN
    return FindingState.ALLOWED if state == FindingState.ALLOWED else FindingState.IGNORED


def _settle_alike(finding: Finding, person: Person, settled: FindingState, reason: str) -> None:
    same = finding.revision.findings.filter(
        state=FindingState.OPEN, clause=finding.clause, rule=finding.rule, message_zh=finding.message_zh
    )
    for one in same:
        if one.place == finding.place:
            one.state, one.reason, one.settled_by, one.settled_at = settled, reason, person, clock.now()
            one.save(update_fields=["state", "reason", "settled_by", "settled_at"])


def _to_allow_list(actor: Actor, person: Person, finding: Finding, reason: str) -> None:
    """Read the revision again, since a finding keeps no words of its own that could be listed."""
    revision = finding.revision
    matter = matters.of_revision(revision, Occasion())
    found = next(
        (one for one in find(matter, Stage(finding.stage)) if one.key == as_found(finding).key), None
    )
    handling.allow(
        actor=actor,
        person=person,
        article=revision.article,
        matter=matter,
        found=found or as_found(finding),
        reason=reason,
    )


def may_attach(person: Person, article: Article) -> Verdict:
    """Whether the person may add a file: while the article lives, whoever may see it."""
    if article.state not in guards.ALIVE:
        return Denied(Text(zh="稿件已办结，不能再附文件。", en="The article is over; nothing can be added."))
    return guards.may_see(person, article)


def may_settle(person: Person, finding: Finding, state: str = "") -> Verdict:
    """Whether the person may settle the finding so.

    A blocking one: the role its clause names, with clean hands (AP3). To call one no error: who reviews the article.
    """
    article = finding.revision.article
    if finding.force == Force.BLOCK:
        return may_let_pass(person, article, finding)
    return errors.may_judge(person, article) if state == FindingState.ALLOWED else may_attach(person, article)


def may_let_pass(person: Person, article: Article, finding: Finding | Found) -> Verdict:
    """Whether the person may let what blocks the article pass, stored or not: the role its clause names, clean hands."""
    if not finding.override_role:
        return Denied(
            Text(zh="这一项不能放行，只能改正。", en="This cannot be let pass; mend it."),
            finding.article_ref,
            finding.clause,
        )
    rulebook = matters.rulebook_of(article)
    if not matters.holds_role(person, finding.override_role, article, rulebook):
        title = rulebook.roles[finding.override_role].title
        return Denied(
            Text(zh=f"只有{title.zh}可以放行。", en=f"Only the {title.en or title.zh} may let this pass."),
            finding.article_ref,
            finding.clause,
        )
    return guards.clean_hands(person, article)


def _says_what_for(article: Article, kind: str, issued_by: str, covers: list[str]) -> Verdict:
    if kind != AttachmentKind.AUTHORISATION:
        return ALLOWED
    if not issued_by.strip() or not covers:
        return Denied(
            Text(
                zh="授权文件须写明授权部门和授权的内容类别。",
                en="Say who issued the authorisation and which classes it covers.",
            )
        )
    unknown = set(covers) - set(matters.rulebook_of(article).content_classes)
    if unknown:
        words = "、".join(sorted(unknown))
        return Denied(
            Text(zh=f"制度中没有这些内容类别：{words}。", en=f"The rulebook has no such classes: {words}.")
        )
    return ALLOWED
