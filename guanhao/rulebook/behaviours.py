"""What the engine enforces, as it says itself while its packages are imported.

The coverage page compares a rulebook with this register; there is no second list to keep true.
"""

from guanhao.rulebook.checkrules import CHECK_RULES
from guanhao.rulebook.vocabulary import Act, ClauseKind, Happening, LimitSubject, Sign, Task, words

KNOWN: dict[ClauseKind, frozenset[str]] = {
    ClauseKind.ROUTE: frozenset(words(Act)),
    ClauseKind.CHECK: frozenset(CHECK_RULES),
    ClauseKind.LIMIT: frozenset(words(LimitSubject)),
    ClauseKind.DUTY: frozenset(words(Task)),
    ClauseKind.TALLY: frozenset(words(Happening)),
    ClauseKind.WATCH: frozenset(words(Sign)),
}

_registered: set[str] = set()


def enforces(kind: ClauseKind, name: str) -> None:
    """Declare, at import, that the calling module enforces clauses such as ``check:lead_time``.

    Raises:
        ValueError: the grammar has no such clause, so nothing could ever ask for the behaviour. Fails at import.
    """
    if name not in KNOWN.get(kind, frozenset()):
        raise ValueError(f"The rulebook grammar knows no {kind}:{name}.")
    _registered.add(f"{kind}:{name}")


def registered() -> frozenset[str]:
    """Everything declared so far."""
    return frozenset(_registered)
