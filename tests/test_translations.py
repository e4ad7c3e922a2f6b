"""Both languages are complete: no marked sentence lacks its English, and the parts hold exactly what is marked."""

from __future__ import annotations

from tools.messages import collect, missing, unused


def test_every_marked_sentence_has_its_english():
    """A page in English never shows a Chinese sentence of ours."""
    assert missing(collect()) == []


def test_the_parts_hold_exactly_the_marked_sentences():
    """`make messages` was run after the last change of a sentence: nothing is said twice or for nothing."""
    assert unused() == {}
