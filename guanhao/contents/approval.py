"""Whether a revision may go out: approved, exactly as it is, by people who still count (AP1, AP2, AP5, ruian-6.3)."""

from __future__ import annotations

from guanhao.cases import checks
from guanhao.cases.grounds import Grounds
from guanhao.contents.content import Content
from guanhao.contents.models import Article, Revision
from guanhao.contents.types import ArticleState
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Verdict

_MAY_GO_OUT = (ArticleState.APPROVED, ArticleState.SCHEDULED, ArticleState.PUBLISHED)

_ARTICLE: Prepared[Article] = Prepared(
    lambda: Article.objects.filter(pk=given("article")).select_related("case")
)
_REVISION: Prepared[Revision] = Prepared(lambda: Revision.objects.filter(pk=given("revision")))


def approved(revision: Revision) -> Verdict:
    """Ask everything anew: the stored content still has its hash, nothing newer replaced it, its case still approves it."""
    return _approved(
        _ARTICLE.one(article=revision.article_id), _REVISION.one(revision=revision), revision.hash, None
    )


def approved_as_read(revision: Revision, grounds: Grounds) -> Verdict:
    """As `approved`, of a revision that was read with its article in the transaction in which its case is held."""
    return _approved(revision.article, revision, revision.hash, grounds)


def _approved(article: Article, stored: Revision, digest: str, grounds: Grounds | None) -> Verdict:
    if Content.stored(stored.content).hash() != stored.hash or stored.hash != digest:
        return Denied(
            Text(
                zh="版本内容与其校验值不符，不能发布。",
                en="The stored content does not match its hash; it cannot go out.",
            )
        )
    if article.current_id != stored.pk:
        return Denied(
            Text(zh="已有更新的版本，这一版不能发布。", en="A newer revision exists; this one cannot go out.")
        )
    if article.case is None:
        return Denied(Text(zh="这一版没有经过审批。", en="This revision was never reviewed."))
    answer = checks.approval(article.case, stored.hash, grounds)
    if answer and article.state not in _MAY_GO_OUT:
        return Denied(Text(zh="稿件已撤回。", en="The article was withdrawn."))
    return answer
