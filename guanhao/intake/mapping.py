"""Which column of an uploaded ledger means what: remembered from last time, else guessed from its heading."""

from __future__ import annotations

from collections.abc import Mapping

from guanhao.core.tenancy import current_institution_id
from guanhao.intake.columns import HEADINGS, Column, plain
from guanhao.intake.models import KnownHeading
from guanhao.people.importing import Sheet
from guanhao.rulebook.book import Rulebook

LONGEST = 100


def known_headings(rulebook: Rulebook | None) -> set[str]:
    """Everything that tells the row of headings from a title above it."""
    fields = (
        field for form in (rulebook.forms.values() if rulebook else ()) for field in form.fields.values()
    )
    remembered = KnownHeading.objects.values_list("heading", flat=True)
    return {*HEADINGS, *(plain(field.title.zh) for field in fields), *remembered}


def guess(sheet: Sheet) -> dict[Column, int]:
    """What each column means. What somebody said last time outweighs every guess, also that a column means nothing."""
    remembered = dict(KnownHeading.objects.values_list("heading", "column"))
    found: dict[Column, int] = {}
    for trust in (remembered, HEADINGS):
        for position, heading in enumerate(sheet.header):
            word = plain(heading)[:LONGEST]
            if trust is HEADINGS and word in remembered:
                continue
            meant = trust.get(word, "")
            if meant and Column(meant) not in found and position not in found.values():
                found[Column(meant)] = position
    return found


def remember(sheet: Sheet, mapping: Mapping[Column, int]) -> None:
    """Keep what each heading was said to mean. It helps the next upload and changes nothing by itself: no event."""
    said = {position: column for column, position in mapping.items()}
    for position, heading in enumerate(sheet.header):
        word = plain(heading)[:LONGEST]
        if word:
            KnownHeading.objects.update_or_create(
                institution_id=current_institution_id(),
                heading=word,
                defaults={"column": said[position].value if position in said else ""},
            )
