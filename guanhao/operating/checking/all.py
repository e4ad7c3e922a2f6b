"""All lines of `guanhao check`, in the order an operator would mend them."""

from __future__ import annotations

from guanhao.operating.checking import database, host, keys
from guanhao.operating.checking.lines import Line, Standing


def every_line(*, network: bool = True) -> list[Line]:
    """Ask everything that can be asked; ``network`` also tries platforms and mail.

    A database that is not there, or whose form is an older one, ends what is asked of it; the rest is still told.
    """
    first = database.answers()
    reached = first.standing is Standing.GOOD
    found = [first]
    if reached:
        found.extend(database.lines())
    usable = reached and not any(
        line.name == "migrations" and line.standing is Standing.WRONG for line in found
    )
    found.extend(keys.lines(database=usable))
    found.extend(host.lines(database=usable, network=network))
    return found
