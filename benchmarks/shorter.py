"""A rulebook of the bench's own: `ruian` with two approvals for a section's item, the shape of the peer's workflow."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.world import World
from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.regulation.actions import adopt

SOURCE = Path(__file__).resolve().parent.parent / "rulebooks" / "ruian.yaml"
# The consent of the supervising leader between the section's own review and the office's.
_LEADER = re.compile(r"^ {10}- key: section_leader\n(?: {12}.*\n)+", re.MULTILINE)


def adopt_two_approvals(world: World) -> None:
    """Put it in force from today on; what was submitted before keeps its three approvals (AP6)."""
    text, cut = _LEADER.subn("", SOURCE.read_text(encoding="utf-8"), count=1)
    text, named = re.subn(r"^version: .*$", 'version: "bench"', text, count=1, flags=re.MULTILINE)
    text, dated = re.subn(
        r"^effective: .*$", f"effective: {clock.today()}", text, count=1, flags=re.MULTILINE
    )
    if (cut, named, dated) != (1, 1, 1):
        raise RuntimeError("rulebooks/ruian.yaml no longer reads as the bench expects.")
    adopt(actor=system("bench"), institution=world.demonstration.institution, source=text)
