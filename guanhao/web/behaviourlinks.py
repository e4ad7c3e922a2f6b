"""Where a clause's behaviour can be seen: the page that an enforced clause links to."""

from __future__ import annotations

from django.urls import reverse

from guanhao.rulebook.types import AnyClause, Check, ClauseKind, Stage

PAGES = {
    ClauseKind.ROUTE: "review",
    ClauseKind.CHECK: "articles",
    ClauseKind.LIMIT: "accounts",
    ClauseKind.DUTY: "desk",
    ClauseKind.TALLY: "desk",
    ClauseKind.WATCH: "desk",
}


def page_of(clause: AnyClause) -> str:
    """The address of the page; empty for a record, which behaves nowhere."""
    if isinstance(clause, Check) and Stage.SCHEDULE in clause.at:
        return reverse("calendar")
    name = PAGES.get(clause.kind)
    return reverse(name) if name else ""
