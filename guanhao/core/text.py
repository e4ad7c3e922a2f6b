"""Sentences that exist in both languages without needing Django's catalogues."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Simplified Chinese and in English, for packages that know no gettext.

    Rulebooks carry their words in both languages, and the pure packages refuse in both.
    """

    zh: str
    en: str = ""

    def __str__(self) -> str:
        """The Chinese sentence, which is always there."""
        return self.zh

    def in_language(self, code: str) -> str:
        """Answer the sentence for a language code such as ``zh-hans`` or ``en``; Chinese where English is missing."""
        return self.en if code.startswith("en") and self.en else self.zh
