"""What a regulation says of annual inspections beyond who decides them (architecture §1, 11).

When reports are due stands in the duty to *inspect*; who decides, and in what order, in the route that carries this.
"""

from dataclasses import dataclass

from guanhao.rulebook.selectors import ALWAYS, Selector
from guanhao.rulebook.timing import Span
from guanhao.rulebook.vocabulary import Absence, FailureMeans, InspectionResult, Veto


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """For whom it is mandatory, what late, absent and failed mean, and which results are published.

    ``late`` is how long after its day a report is still taken, as a late one; without it a late report is none.
    ``rectify`` is how long there is for mending what a review sends back, and ``unrectified`` what follows when that time
    passes. Any one fact of ``veto`` keeps an account from passing.
    """

    mandatory: Selector = ALWAYS
    late: Span | None = None
    absent: Absence = Absence.UNCONFIRMED
    rectify: Span | None = None
    unrectified: Absence = Absence.FAILED
    failed: FailureMeans = FailureMeans.ORDER_CLOSURE
    veto: tuple[Veto, ...] = ()
    publishes: tuple[InspectionResult, ...] = ()
