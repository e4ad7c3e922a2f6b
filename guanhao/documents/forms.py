"""The forms an institution uses: its regulation's own, then the generic ones that no form of its own replaces."""

from __future__ import annotations

from collections.abc import Mapping

from guanhao.documents.generic import GENERIC
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Duty, Route
from guanhao.rulebook.parties import Form


def forms_of(rulebook: Rulebook) -> Mapping[str, Form]:
    """All forms by key, the regulation's first and in its order."""
    return {**rulebook.forms, **{key: form for key, form in GENERIC.items() if key not in rulebook.forms}}


def article_of(rulebook: Rulebook, form: Form) -> str:
    """The id of the article that prescribes the form: a route or duty that asks for it, or a record of its name."""
    for article in rulebook.articles:
        asking = (*article.routes, *article.duties)
        if any(isinstance(clause, (Route, Duty)) and clause.form == form.key for clause in asking):
            return article.id
    kept = (article.id for article in rulebook.articles for one in article.records if one.name == form.key)
    return next(kept, "")
