"""What the demonstration's institutions have on their lists and have seen on platforms: `demo/lists.yaml`.

Through the real actions, before the story is told, so that its articles are read with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ruamel.yaml import YAML

from guanhao.contents import rescreening
from guanhao.core import tenancy
from guanhao.demo.institutions import ROOT, Demonstration
from guanhao.lexicon import actions as lexicon
from guanhao.people.access import actor_of
from guanhao.screening.force import Force
from guanhao.screening.terms import Term
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from guanhao.watch.models import Sighting
from guanhao.watch.sightings import Seen, decide_sighting, import_sightings

FILE = ROOT / "demo" / "lists.yaml"


def fill(demonstration: Demonstration) -> None:
    """Take the terms, enter what stands beside them, allow what is no error, judge the names somebody saw."""
    data = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    own = data["institutions"][demonstration.institution.key]
    with tenancy.within(demonstration.institution):
        here = _keeper(demonstration, own["keeper"])
        lexicon.take_terms(**here, terms=_terms(data["terms"]), name=data["file"])
        for entry in own["entries"]:
            lexicon.add_entry(**here, **entry)
        for one in own.get("allowed", ()):
            who = {key: here[key] for key in ("actor", "person")}
            lexicon.allow(**who, **{**one, "unit": demonstration.units[one["unit"]]})
        _see(demonstration, own)


def read_again(demonstration: Demonstration) -> None:
    """Once the story is told: everything published is read with the lists as they are now."""
    data = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    keeper = data["institutions"][demonstration.institution.key]["keeper"]
    with tenancy.within(demonstration.institution):
        rescreening.start(**_keeper(demonstration, keeper))
    until_idle([rescreening.read_some], Worker("demonstration"))


def _terms(rows: Iterable[Mapping[str, Any]]) -> list[Term]:
    return [
        Term(
            text=row["text"],
            family=row.get("family", "unlawful"),
            force=Force(row.get("force", "warn")),
            allow=tuple(row.get("allow", ())),
            note=row.get("note", ""),
        )
        for row in rows
    ]


def _see(demonstration: Demonstration, own: Mapping[str, Any]) -> None:
    """Names somebody collected, and what was said of a few."""
    here = _keeper(demonstration, own["watcher"])
    seen = [Seen(row["name"], row["platform"], row.get("handle", "")) for row in own["seen"]]
    import_sightings(**here, seen=seen, name=own["seen_in"])
    for row in own["seen"]:
        if "decided" in row:
            sighting = Sighting.objects.get(name=row["name"], platform=row["platform"])
            who = {key: here[key] for key in ("actor", "person")}
            decide_sighting(**who, sighting=sighting, state=row["decided"], note=row["note"])


def _keeper(demonstration: Demonstration, sign_in: str) -> dict[str, Any]:
    person = demonstration.people[sign_in]
    return {"actor": actor_of(person), "person": person, "institution": demonstration.institution}
