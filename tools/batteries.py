"""`python -m tools.batteries [FILE…]`: sum what the long batteries left in build/batteries.jsonl, by database and test.

Runs may be cut into pieces with seeds of their own: `GUANHAO_SEED=101 GUANHAO_KILLS=250 make test-long`, four times over.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

WORDS = ("database", "test", "seed")
DEFAULT = Path("build/batteries.jsonl")


def summed(lines: list[str]) -> dict[tuple[str, str], Counter[str]]:
    """Figures by database and test; ``runs`` counts the lines."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    for line in lines:
        kept = json.loads(line)
        into = sums.setdefault((kept["database"], kept["test"]), Counter())
        into["runs"] += 1
        into.update({word: number for word, number in kept.items() if word not in WORDS})
    return sums


def main() -> int:
    """Print the sums; 1 where anything was lost, doubled, claimed or denied."""
    files = [Path(name) for name in sys.argv[1:]] or [DEFAULT]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    bad = 0
    for (database, test), figures in sorted(summed(lines).items()):
        print(f"{database} · {test}\n    " + ", ".join(f"{word} {n}" for word, n in figures.items()))
        bad += sum(figures[word] for word in ("lost", "doubled", "claimed", "denied"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
