"""From handing in to the last word: the immutable revision, its case, the decisions on it.

Handing in makes a revision that never changes; decisions, findings, jobs and evidence point at its hash.
"""

from __future__ import annotations

from django.db import transaction

from guanhao.cases import actions as cases
from guanhao.cases.models import Case, Step
from guanhao.cases.progress import Outcome
from guanhao.cases.saying import Saying
from guanhao.cases.types import BarredWhy, CaseState, Verdict
from guanhao.contents import checks, guards, titles
from guanhao.contents.content import Content
from guanhao.contents.facts import facts_of, parties_of
from guanhao.contents.handling import bind
from guanhao.contents.matters import Occasion
from guanhao.contents.models import Article, ArticleHand, Asset, Revision
from guanhao.contents.posting import frozen
from guanhao.contents.recording import SUBJECT, locked, move, subject_of, tell
from guanhao.contents.types import ArticleState, Stage
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.memo import one_act
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.gathering import gathering
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.regulation.queries import in_force
from guanhao.rulebook.vocabulary import Act

_LATER: Prepared[int] = Prepared(
    lambda: Step.objects.filter(case=given("case"), position__gt=given("position")).values_list(
        "pk", flat=True
    )[:1]
)
_HANDS: Prepared[ArticleHand] = Prepared(
    lambda: ArticleHand.objects.filter(article=given("article")).select_related("person")
)
_IMAGES: Prepared[str] = Prepared(
    lambda: Asset.objects.filter(
        institution_id=given("of"), digest__in=given("digests", many=True)
    ).values_list("digest", flat=True)
)
_LATEST: Prepared[int] = Prepared(
    lambda: (
        Revision.objects.filter(article=given("article"))
        .order_by("-number")
        .values_list("number", flat=True)[:1]
    )
)
_AFTER_CASE = {
    CaseState.APPROVED: (ArticleState.APPROVED, Action.ARTICLE_APPROVED),
    CaseState.RETURNED: (ArticleState.RETURNED, Action.ARTICLE_RETURNED),
    CaseState.REJECTED: (ArticleState.REJECTED, Action.ARTICLE_REJECTED),
}


def submit(*, actor: Actor, person: Person, article: Article) -> Revision:
    """Hand the working copy in: an immutable revision, its checks, and a case on its route.

    Raises:
        checks.Blocked: findings that nobody may let pass; nothing is stored.
        Refused, WrongState: not theirs, not editable, no route, nobody to decide a step.
    """
    with gathering(), one_act():
        article = locked(article)
        require(guards.may_edit(person, article))
        content = _complete(
            Content.of(Content.stored(article.working).to_json()).meant_for(article.account_id), article
        )
        content = frozen(content, article, in_force(article.institution).rulebook)
        earlier = article.case
        revision = _revise(article, content, person)
        bind(revision)
        findings = checks.run(revision, Stage.SUBMIT)
        checks.require_clear(one for one in findings if not one.override_role)
        article.case = _open_case(actor, person, article, revision, follows=earlier)
        move(article, ArticleState.IN_REVIEW, "current", "case", "title")
        facts = {"revision": revision.number, "hash": revision.hash, "case": article.case.pk}
        tell(actor, Action.ARTICLE_SUBMITTED, article, facts | {"findings": len(findings)})
        return revision


def decide(
    *,
    actor: Actor,
    person: Person,
    step: Step,
    saying: Saying,
) -> Outcome:
    """Decide a step of an article's case and move the article with it. The checks of the review stage are asked before.

    Raises:
        checks.Blocked: a finding stops approval; the findings are kept, so that they can be seen and settled.
        WrongState, DigestChanged, Refused: as `cases.actions.decide`; WrongState also for a step of another matter.
    """
    with gathering(), one_act():
        article = _article_of(step)
        revision = article.current
        try:
            if saying.verdict == Verdict.APPROVE and revision is not None and revision.hash == saying.digest:
                _require_reviewable(revision, step, Occasion(person=person, ticking=dict(saying.checklist)))
            with transaction.atomic():
                outcome = cases.decide(actor=actor, person=person, step=step, saying=saying)
                follow_case(actor, article, outcome.state)
                return outcome
        except checks.Blocked as findings:
            stopped = findings  # The decision is undone, the findings are committed.
    raise stopped


def _article_of(step: Step) -> Article:
    """The article a step decides on, locked; a case about something else has a key that means something else."""
    if step.case.subject_kind != SUBJECT:
        raise WrongState(Denied(Text(zh="这不是稿件的审批环节。", en="This step decides no article.")))
    article = locked(int(step.case.subject_id))
    if article.current is not None:
        article.current.article = article
    return article


def follow_case(actor: Actor, article: Article, state: CaseState) -> None:
    """Bring the article to where its case ended; an open case leaves it in review.

    Raises:
        checks.Blocked: the last approval, while a finding still waits for somebody to let it pass.
    """
    if state not in _AFTER_CASE:
        return
    after, action = _AFTER_CASE[state]
    assert article.current is not None
    if state == CaseState.APPROVED:
        checks.require_clear(checks.blocking(article.current, (Stage.SUBMIT, Stage.REVIEW)))
    move(article, after)
    tell(actor, action, article, {"hash": article.current.hash, "case": article.case_id})


@transaction.atomic
def reconsider(*, actor: Actor, article: Article) -> bool:
    """After people of a waiting step came or went: bring case and article on where nobody is missing any more.

    Answers whether the article moved. A finding that stops approval leaves everything as it was.
    """
    article = locked(article)
    assert article.case is not None
    before = article.state
    try:
        with transaction.atomic():
            case = cases.reconsider(actor=actor, case=article.case)
            follow_case(actor, article, CaseState(case.state))
    except checks.Blocked:
        return False
    return article.state != before


@transaction.atomic
def withdraw(*, actor: Actor, person: Person, article: Article, reason: str = "") -> Article:
    """Take an article back, from a draft to an approved one. It can be offered again as a new article.

    Raises:
        Refused: not theirs, or already planned, published or closed.
    """
    article = locked(article)
    require(guards.may_withdraw(person, article))
    if article.case is not None and article.state in {ArticleState.IN_REVIEW, ArticleState.APPROVED}:
        cases.withdraw(actor=actor, person=person, case=article.case, reason=reason)
    before = article.state
    move(article, ArticleState.WITHDRAWN)
    tell(actor, Action.ARTICLE_WITHDRAWN, article, {"before": before}, detail={"reason": reason.strip()})
    return article


def _complete(content: Content, article: Article) -> Content:
    """The content, if it is one: a title, a body, and pictures that are there."""
    if not content.title or not content.body:
        raise Refused(Denied(Text(zh="标题和正文不能为空。", en="Title and body must not be empty.")))
    here = _IMAGES.all(of=article.institution_id, digests=content.images) if content.images else ()
    if len(set(here)) != len(content.images):
        raise Refused(
            Denied(
                Text(
                    zh="有图片不在素材库中，请重新上传。", en="A picture is not stored here; upload it again."
                )
            )
        )
    return content


def _revise(article: Article, content: Content, person: Person) -> Revision:
    revision = Revision(
        institution_id=article.institution_id,
        article=article,
        number=(_LATEST.first(article=article) or 0) + 1,
        content=content.to_json(),
        hash=content.hash(),
        created_by=person,
        created_at=clock.now(),
    )
    revision.save()
    if content.title != article.title:
        titles.note(article, content.title)
    article.current, article.title = revision, content.title
    return revision


def _open_case(
    actor: Actor, person: Person, article: Article, revision: Revision, *, follows: Case | None
) -> Case:
    rulebook = in_force(article.institution).rulebook
    return cases.open_case(
        actor=actor,
        submitted_by=person,
        act=Act.RELEASE,
        subject=subject_of(article),
        digest=revision.hash,
        facts=facts_of(article, rulebook),
        parties=parties_of(article),
        hands=[(hand.person, BarredWhy(hand.why)) for hand in _HANDS.all(article=article)],
        follows=follows,
    )


def _require_reviewable(revision: Revision, step: Step, occasion: Occasion) -> None:
    """What nobody may let pass stops every approval; the rest stops only the last one (`follow_case`)."""
    findings = checks.run(revision, Stage.REVIEW, occasion=occasion)
    waits = any(one.override_role for one in findings)
    last = waits and not _LATER.all(case=step.case_id, position=step.position)
    checks.require_clear(one for one in findings if last or not one.override_role)
