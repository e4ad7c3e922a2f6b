"""In which language a command of this package speaks, and faults that can be told in both."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from guanhao.core.text import Text

# What says which language a terminal is in, the strongest first (POSIX).
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_OF_SYSTEM: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "没有这个文件"),
    (IsADirectoryError, "这是文件夹，不是文件"),
    (NotADirectoryError, "路径中有一段不是文件夹"),
    (PermissionError, "没有读写权限"),
)


class Told(ValueError):  # noqa: N818 - what it is, is said by those derived from it.
    """A fault with its sentence in both languages."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def language_of(environment: Mapping[str, str]) -> str:
    """``en`` where the terminal is set to English, otherwise ``zh``; ``C`` and ``POSIX`` say nothing of a language."""
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return "en" if said.lower().startswith("en") else "zh"


def offer_language(parser: argparse.ArgumentParser) -> None:
    """Add ``--lang``; without it the terminal's language is spoken."""
    parser.add_argument(
        "--lang", choices=("zh", "en"), default=language_of(os.environ), help="语言 / language"
    )


def of_system(fault: OSError, *, name: str = "") -> Text:
    """What the system refused, with the file's name."""
    where = name or str(fault.filename or "")
    zh = next((said for kind, said in _OF_SYSTEM if isinstance(fault, kind)), fault.strerror or str(fault))
    return Text(zh=f"{where}：{zh}。", en=f"{where}: {fault.strerror}")


def complain(sentence: Text, language: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(sentence.in_language(language) + "\n")
