"""What somebody says at a step, in the words every decision has in common, whatever the case is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanhao.cases.models import Step
from guanhao.people.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """About exactly which digest, with which verdict, opinion and ticked items, and for whom.

    ``return_to`` may send a returned case to its author instead of the earlier step the rulebook names. ``combine``
    settles, in the same gesture, the following steps that the rulebook lets one person settle together, as far as the
    person holds them too and the ticked items cover them; each gets a decision of its own.
    """

    digest: str
    verdict: str
    opinion: str = ""
    checklist: Mapping[str, bool] = field(default_factory=dict)
    acting_for: Person | None = None
    return_to: str = ""
    combine: bool = False

    @classmethod
    def all_ticked(cls, step: Step, verdict: str, **more: Any) -> Saying:
        """About what the step's case is about now, with every item of its checklist confirmed."""
        ticked = {item["key"]: True for item in step.checklist}
        return cls(digest=step.case.subject_digest, verdict=verdict, checklist=ticked, **more)
