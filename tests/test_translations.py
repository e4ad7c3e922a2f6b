"""Both languages are complete: no marked sentence lacks its English, and the file holds exactly what is marked."""

from __future__ import annotations

from babel.messages.pofile import read_po

from tools.messages import PO, collect, marked, missing


def test_every_marked_sentence_has_its_english():
    """A page in English never shows a Chinese sentence of ours."""
    assert missing(collect()) == []


def test_the_catalogue_holds_exactly_the_marked_sentences():
    """`make messages` was run after the last change of a sentence."""
    with PO.open("rb") as file:
        stored = {(message.id, message.context) for message in read_po(file, locale="en") if message.id}
    assert stored == {(sentence, context) for _place, _line, sentence, context in marked()}
