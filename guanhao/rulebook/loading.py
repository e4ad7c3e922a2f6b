"""A rulebook file, read strictly: everything wrong with it at once, each with line, article and mend."""

from pathlib import Path as FilePath

from guanhao.core.text import Text
from guanhao.rulebook import yamltext
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.consistency import check_consistency
from guanhao.rulebook.problems import Problem, RulebookError
from guanhao.rulebook.reading import Here, Reading


def load(file: FilePath) -> Rulebook:
    """Read a rulebook file (UTF-8 YAML).

    Raises:
        RulebookError: with every problem found.
    """
    try:
        if file.stat().st_size > yamltext.MOST_BYTES:
            raise RulebookError((yamltext.too_large(str(file)),))
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError((_unreadable(str(file), str(error)),)) from error
    return loads(text, str(file))


def loads(text: str, file: str = "rulebook.yaml") -> Rulebook:
    """Read a rulebook from the text of a file; ``file`` is only shown in problems. Raises as `load`."""
    raw, lines = yamltext.parse(text, file)
    reading = Reading(file, raw, lines)
    rulebook = Rulebook.read(reading)
    if isinstance(rulebook, Rulebook):
        check_consistency(rulebook, Here(reading))
    reading.raise_problems()
    assert isinstance(rulebook, Rulebook)
    return rulebook


def _unreadable(file: str, detail: str) -> Problem:
    return Problem(
        file,
        0,
        "",
        Text(zh=f"读不到文件：{detail}", en=f"The file cannot be read: {detail}"),
        Text(zh="检查路径、权限，并以 UTF-8 保存。", en="Check path and permissions, and save it as UTF-8."),
    )
