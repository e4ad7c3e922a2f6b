"""How an article of the regulation is named on a chip."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.rulebook.types import RuleArticle, Rulebook


def citation(article: str, rulebook: Rulebook | None) -> Text:
    """第十六条 for ``ruian-16``: the words of the rulebook in force, or of the number itself for an older version's article."""
    if rulebook is not None and any(known.id == article for known in rulebook.articles):
        return rulebook.article(article).citation
    _key, _dash, number = article.partition("-")
    return RuleArticle(id=article, no=number, says=Text(zh="")).citation
