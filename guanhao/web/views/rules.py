"""The regulation: the book, an article, its card, what is enforced, versions and what changed between them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanhao.rulebook.types import RuleArticle
from guanhao.web import access, rules
from guanhao.web.viewer import WebRequest
from guanhao.web.whyme import why_me


@require_safe
def book(request: WebRequest) -> HttpResponse:
    """All articles in the order of the document, in our words."""
    return render(
        request,
        "web/rules/book.html",
        {"book": request.viewer.rulebook, "covered": rules.covered(request.viewer.rulebook)},
    )


@require_safe
def article(request: WebRequest, article: str) -> HttpResponse:
    """One article: our words, its clauses with their numbers, since when, and why it is the viewer's turn."""
    return render(request, "web/rules/article.html", _about(request, article))


@require_safe
def card(request: WebRequest, article: str) -> HttpResponse:
    """The same for the citation chip: a fragment."""
    return render(request, "web/rules/card.html", _about(request, article))


@require_safe
def coverage(request: WebRequest) -> HttpResponse:
    """条文落实: article by article what is enforced, declared or only kept; computed from what the engine registered."""
    shown = rules.filtered(rules.covered(request.viewer.rulebook), request.GET.get("standing", ""))
    return render(
        request,
        "web/rules/coverage.html",
        {
            "shown": shown,
            "counts": rules.counts(request.viewer.rulebook),
            "standing": request.GET.get("standing", ""),
        },
    )


@require_safe
def versions(request: WebRequest) -> HttpResponse:
    """Every version that was adopted."""
    return render(request, "web/rules/versions.html", {"versions": access.rulebook_versions(request.viewer)})


@require_safe
def version(request: WebRequest, pk: int) -> HttpResponse:
    """One version, and what it changed against the one before it."""
    chosen = access.one(access.rulebook_versions(request.viewer), pk=pk)
    return render(
        request,
        "web/rules/version.html",
        {"version": chosen, "changes": rules.changes(request.viewer.institution, chosen)},
    )


def _about(request: WebRequest, article_id: str) -> dict[str, object]:
    found: RuleArticle | None = rules.find_article(request.viewer, article_id)
    if found is None:
        raise Http404
    return {
        "article": found,
        "lines": rules.lines(found, request.viewer.rulebook),
        "version": rules.in_force_version(request.viewer),
        "why": why_me(found, request.viewer),
        "clause": request.GET.get("clause", ""),
    }
