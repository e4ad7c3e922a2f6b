"""Words and values of inspections."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class InspectionState(TextChoices):
    """Where one account stands in a round."""

    OWED = "owed", pgettext_lazy("state of an inspection", "待自查")
    REVIEW = "review", pgettext_lazy("state of an inspection", "审核中")
    RECTIFY = "rectify", pgettext_lazy("state of an inspection", "限期整改")
    PASSED = "passed", pgettext_lazy("state of an inspection", "合格")
    FAILED = "failed", pgettext_lazy("state of an inspection", "不合格")
    ABSENT = "absent", pgettext_lazy("state of an inspection", "未参加")


# What the unit may still fill in and send; an absent one too, so that it can be confirmed after all.
REPORTABLE = (InspectionState.OWED, InspectionState.RECTIFY, InspectionState.ABSENT)
SETTLED = (InspectionState.PASSED, InspectionState.FAILED, InspectionState.ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the system itself knows of an account's year: numbers and marks, no names."""

    pushes: int = 0
    items: int = 0
    last_push: str = ""  # day, as written
    errors: int = 0
    person_changes: int = 0
    responsible: bool = False
    operators: int = 0
    verified: bool = False
    change_unfiled: bool = False
    duties_late: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def stored(cls, values: dict[str, Any]) -> Evidence:
        """What `to_json` wrote; facts added since count as not known."""
        known = cls.__dataclass_fields__.keys()
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True)
class Window:
    """When the reports of a year are taken: from day to day, and until when as late ones."""

    opens_on: date
    closes_on: date
    late_until: date
