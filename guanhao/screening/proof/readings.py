"""Stores how common characters are read: `python -m guanhao.screening.proof.readings`, after pypinyin was upgraded."""

from __future__ import annotations

from pathlib import Path

from guanhao.screening.proof.confusions import readings_asked

HEADING = "# Common characters and their readings, by pypinyin (MIT licence); written by proof/readings.py"


def written() -> str:
    """The file as it should be."""
    lines = ("\t".join((character, *heard)) for character, heard in readings_asked().items())
    return "\n".join((HEADING, *lines)) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent.parent / "data" / "readings.tsv").write_text(written(), encoding="utf-8")
