"""What an operator's command says when it cannot be carried out, and what its exit codes mean.

Exit codes: 0 done, nothing wrong · 1 done, and something is wrong and is named · 2 not carried out: a wrong call, or
something it needs is missing.
"""

from __future__ import annotations

from guanhao.core.text import Text

GOOD, WRONG, NOT_DONE = 0, 1, 2


class Trouble(Exception):  # noqa: N818 - reads as the fact it states.
    """The command cannot be carried out; one sentence names the place and the mend."""

    def __init__(self, zh: str, en: str) -> None:
        self.sentence = Text(zh=zh, en=en)
        super().__init__(en)
