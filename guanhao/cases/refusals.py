"""Refusals of the approval engine that carry more than a sentence."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused


class DigestChanged(Refused):
    """What the person read is not what the case decides (AP1). Both digests are here so that a page shows the diff."""

    def __init__(self, *, seen: str, current: str, article: str, clause: str) -> None:
        super().__init__(
            Denied(
                Text(
                    zh="您看到的内容与待审批的内容不一致，请核对差异后再办理。",
                    en="What you read is not what is up for decision. Look at the difference, then decide.",
                ),
                article=article,
                clause=clause,
            )
        )
        self.seen = seen
        self.current = current
