"""Filling the blanks of sentences that exist in both languages."""

from __future__ import annotations

from guanhao.core.text import Text


def filled(words: Text, **values: object) -> Text:
    """A sentence with its blanks filled in, in both languages."""
    return Text(words.zh.format(**values), words.en.format(**values))
