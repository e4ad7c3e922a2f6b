"""Content as readers will meet it."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from guanhao.contents.content import Content
from guanhao.contents.matters import rulebook_of
from guanhao.contents.models import Article
from guanhao.contents.sanitise import sanitise
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import pictures
from guanhao.web.work.marked import marked, numbered


def as_read(viewer: Viewer, article: Article, content: Content, earlier: str | None = None) -> dict[str, Any]:
    """What the phone page shows; paragraphs that ``earlier`` lacks are marked."""
    body = sanitise(content.body)
    body = numbered(body) if earlier is None else marked(body, sanitise(earlier))
    placed = pictures.placed(viewer.institution, body)
    words = rulebook_of(article).credits
    return {
        "content": content,
        "account": article.account,
        "body": mark_safe(placed),  # noqa: S308 - sanitised above; only our own id, class and addresses were added.
        "credits": [(said(words[key].title), name) for key, name in content.credits.items() if key in words],
    }
