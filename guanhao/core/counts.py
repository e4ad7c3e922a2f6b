"""Several counts and lists in one statement, and conditions that are asked row by row."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models.lookups import IsNull


class CountOf(models.Subquery):
    """How many rows a queryset has, as one value beside others; the order of the rows is dropped."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"), output_field=models.IntegerField())


class ListOf(models.Subquery):
    """The values of one column of a queryset, as one text with commas between them; nothing where there is no row."""

    template = "(SELECT GROUP_CONCAT(%(column)s) FROM (%(subquery)s) listed)"

    def __init__(self, rows: models.QuerySet[Any], column: str) -> None:
        quoted = connection.ops.quote_name(column)
        super().__init__(rows.values(column), output_field=models.TextField(), column=quoted)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """As PostgreSQL calls it."""
        return self.as_sql(
            compiler,
            connection,
            template="(SELECT STRING_AGG(%(column)s::text, ',') FROM (%(subquery)s) listed)",
        )


def of_each() -> IsNull:
    """A condition that is always so, for what is asked in `Exists` of each row of a list that ends after a page.

    Without it PostgreSQL finds out beforehand for all rows there are which of them fulfil it, because it reckons with all
    of them and not with the page: at ten thousand articles that took ten times as long as the page. It cannot do so with
    a condition on the outer row that is no equality.
    """
    return IsNull(models.OuterRef("pk"), False)
