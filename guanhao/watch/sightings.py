"""Names seen on platforms: read from a file, judged with reasons, decided by a person.

Only names worth telling are kept; what follows from a decision (an unauthorised account, an impostor) is read from its
event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.lexicon.naming import name_watch
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import Permission, may
from guanhao.registry.models import Account
from guanhao.screening.names import Judgement
from guanhao.screening.termfiles import BadTermFile, rows_of
from guanhao.watch.models import Sighting
from guanhao.watch.types import Likeness, SightingState

MOST_ROWS = 50_000
_LONGEST_NAME = 100
_COLUMNS = {
    "text": ("名称", "账号名称", "昵称", "name"),
    "platform": ("平台", "platform"),
    "handle": ("账号", "账号id", "微信号", "uid", "handle", "id"),
    "address": ("链接", "网址", "主页", "url", "link", "address"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of a file: a name somebody saw, and where."""

    name: str
    platform: str = ""
    handle: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import brought: rows read, sightings that are new, those that were known."""

    read: int
    new: int
    known: int


def read_names(name: str, data: bytes) -> list[Seen]:
    """The names of a CSV, Excel or text file; only the name itself is required.

    Raises:
        BadTermFile: the file cannot be read, or rows are faulty; each fault with its line.
    """
    seen: list[Seen] = []
    problems: list[Text] = []
    for line, row in rows_of(name, data, _COLUMNS):
        fault = _fault(row.get("text", ""), row.get("address", ""))
        if fault:
            problems.append(Text(zh=f"第 {line} 行：{fault.zh}", en=f"Line {line}: {fault.en}"))
        else:
            seen.append(
                Seen(
                    row["text"].strip(),
                    row.get("platform", "")[:40],
                    row.get("handle", "")[:100],
                    row.get("address", ""),
                )
            )
    if len(seen) > MOST_ROWS:
        problems.append(
            Text(zh=f"超过 {MOST_ROWS} 行，请拆分。", en=f"There are over {MOST_ROWS} rows; split the file.")
        )
    if problems:
        raise BadTermFile(problems)
    return list(dict.fromkeys(seen))


@transaction.atomic
def import_sightings(
    *, actor: Actor, person: Person, institution: Institution, seen: Sequence[Seen], name: str
) -> Brought:
    """Judge names and keep those that resemble ours; what is known already stays as it was decided.

    Raises:
        Refused: without the permission.
    """
    require(may(person, Permission.SIGHTING_MANAGE))
    watch = name_watch(institution, Account.objects.values_list("name", flat=True))
    rows = [
        _row(institution, person, seen[number], judged, name)
        for number, judged in watch.scan([one.name for one in seen])
    ]
    there = set(Sighting.objects.values_list("platform", "name", "handle"))
    new = [row for row in rows if (row.platform, row.name, row.handle) not in there]
    Sighting.objects.bulk_create(new, batch_size=500)
    brought = Brought(len(seen), len(new), len(rows) - len(new))
    record(
        institution=institution,
        actor=actor,
        action=Action.SIGHTINGS_IMPORTED,
        subject=Subject("institution", str(institution.pk), institution.name),
        facts={"read": brought.read, "new": brought.new, "known": brought.known},
        detail={"file": name},
    )
    return brought


@transaction.atomic
def decide_sighting(
    *, actor: Actor, person: Person, sighting: Sighting, state: str, note: str = ""
) -> Sighting:
    """Say what a sighting is. It can be said again, differently: the event of each time stays.

    Raises:
        Refused: without the permission, or an impostor without a word why.
        WrongState: it was decided so already.
    """
    require(may(person, Permission.SIGHTING_MANAGE))
    sighting = Sighting.objects.select_for_update(of=("self",)).get(pk=sighting.pk)
    after = SightingState(state)
    if sighting.state == after:
        raise WrongState(Denied(Text(zh="已经是这个认定。", en="It was decided so already.")))
    if after == SightingState.IMPOSTOR and not note.strip():
        raise Refused(Denied(Text(zh="认定冒名请写明依据。", en="Say why it is an impostor.")))
    before, sighting.state = sighting.state, after
    is_open = after == SightingState.OPEN
    sighting.note = note.strip()[:500]
    sighting.decided_by, sighting.decided_at = (None, None) if is_open else (person, clock.now())
    sighting.save(update_fields=["state", "note", "decided_by", "decided_at"])
    record(
        institution=sighting.institution,
        actor=actor,
        action=Action.SIGHTING_DECIDED,
        subject=Subject("sighting", str(sighting.pk), sighting.name),
        facts={"before": before, "after": after, "platform": sighting.platform, "score": sighting.score},
        detail={"name": sighting.name, "note": sighting.note},
    )
    return sighting


def _row(institution: Institution, person: Person, seen: Seen, judged: Judgement, name: str) -> Sighting:
    return Sighting(
        institution=institution,
        platform=seen.platform,
        name=seen.name,
        handle=seen.handle,
        address=seen.address,
        likeness=Likeness(judged.relation.value),
        score=judged.score,
        reasons=[{"points": one.points, "zh": one.text.zh, "en": one.text.en} for one in judged.reasons],
        protected=judged.protected.text if judged.protected else "",
        found_in=name[:200],
        found_by=person,
        found_at=clock.now(),
    )


def _fault(name: str, address: str) -> Text | None:
    if not name.strip() or len(name) > _LONGEST_NAME:
        return Text(zh="名称为空或超过 100 字。", en="The name is empty or over 100 characters.")
    try:
        URLValidator(["http", "https"])(address or "https://example.invalid")
    except ValidationError:
        return Text(zh="链接不是网址。", en="The link is no address.")
    return None
