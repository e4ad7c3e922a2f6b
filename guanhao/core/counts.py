"""Several counts in one statement, and conditions that are asked row by row."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.lookups import IsNull


class CountOf(models.Subquery):
    """How many rows a queryset has, as one value beside others; the order of the rows is dropped."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"), output_field=models.IntegerField())


def of_each() -> IsNull:
    """A condition that is always so, for what is asked in `Exists` of each row of a list that ends after a page.

    Without it PostgreSQL finds out beforehand for all rows there are which of them fulfil it, because it reckons with all
    of them and not with the page: at ten thousand articles that took ten times as long as the page. It cannot do so with
    a condition on the outer row that is no equality.
    """
    return IsNull(models.OuterRef("pk"), False)
