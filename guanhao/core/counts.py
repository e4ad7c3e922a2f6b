"""Several counts in one statement."""

from __future__ import annotations

from typing import Any

from django.db import models


class CountOf(models.Subquery):
    """How many rows a queryset has, as one value beside others; the order of the rows is dropped."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"), output_field=models.IntegerField())
