"""A whole answer as one text, for tables that are read at every act and seldom change.

    _NAMES = Prepared(lambda: Person.objects.order_by().values_list(as_one_text("name")))
    _understood(_NAMES.one())           # kept by that text, so taken apart once

The database is asked every time, so nothing can be stale. It answers one row instead of some hundreds, and what follows
from the rows is kept by the text itself.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Func, TextField

Row = tuple[Any, ...]


class _AsOneText(Func):
    """The rows of a query as a JSON array of arrays. No `Aggregate`: nothing else stands beside it, so nothing is grouped."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite's spelling."""
        template = "JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL's, which answers nothing where SQLite answers an empty array."""
        template = "COALESCE(JSON_AGG(JSON_BUILD_ARRAY(%(expressions)s))::text, '[]')"
        return self.as_sql(compiler, connection, template=template, **context)


def as_one_text(*names: str) -> Func:
    """The named columns of all rows, in whatever order the database meets them. The query must have none of its own."""
    return _AsOneText(*names)


def rows_of(text: str) -> list[Row]:
    """The rows: dates in ISO form, truths as the database writes them (1 and 0, or true and false)."""
    return [tuple(row) for row in json.loads(text)]
