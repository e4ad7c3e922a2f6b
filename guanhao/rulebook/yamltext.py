"""YAML → plain JSON values and the line each stands in, refusing what a rulebook never needs.

Fractions stay text (canonical JSON knows no floats, and ``6.10`` is not ``6.1`` as an article number); dates too.
"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    NodeEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from guanhao.core.text import Text
from guanhao.rulebook.problems import Problem, RulebookError
from guanhao.rulebook.reading import Path

MOST_BYTES = 1_000_000
MOST_DEPTH = 12
TAG = "tag:yaml.org,2002:"


def parse(text: str, file: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """Read a file's text into plain values and the line (from 1) of every path.

    Raises:
        RulebookError: not YAML; too large or too deep; anchors, tags or several documents; repeated keys.
    """
    try:
        problems = list(_forbidden(text, file))
        if problems:
            raise RulebookError(tuple(problems[:1]))
        node = _yaml().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RulebookError((_syntax(file, mark.line + 1 if mark else 1, error.problem or ""),)) from error
    except YAMLError as error:
        raise RulebookError((_syntax(file, 1, str(error)),)) from error
    return _plain_document(node, file)


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def _plain_document(node: Node | None, file: str) -> tuple[dict[str, Any], dict[Path, int]]:
    builder = _Builder(file)
    value = builder.plain(node, ()) if node is not None else None
    if not isinstance(value, dict):
        builder.complain(1, Text(zh="文件不是一部制度。", en="The file is not a rulebook."), _START)
    if builder.problems or not isinstance(value, dict):
        raise RulebookError(tuple(builder.problems))
    return value, builder.lines


_START = Text(
    zh="以 rulebook: 名称 开头，见 docs/rulebook.md。", en="Begin with rulebook: NAME, see docs/rulebook.md."
)


def too_large(file: str) -> Problem:
    """The problem of a file over `MOST_BYTES`."""
    size = Text(zh="文件超过 1 MB。", en="The file is larger than 1 MB.")
    return Problem(
        file,
        1,
        "",
        size,
        Text(zh="制度没有这么长，请检查文件。", en="No regulation is so long; check the file."),
    )


def _syntax(file: str, line: int, detail: str) -> Problem:
    return Problem(
        file,
        line,
        "",
        Text(zh=f"YAML 写法有误：{detail}", en=f"This is not YAML: {detail}"),
        Text(
            zh="检查这一行及上一行的缩进、冒号和引号。",
            en="Check indentation, colons and quotes here and just above.",
        ),
    )


def _forbidden(text: str, file: str) -> Iterator[Problem]:
    """What is refused before anything is built, so that no file can exhaust the machine."""
    if len(text.encode()) > MOST_BYTES:
        yield too_large(file)
        return
    depth = documents = 0
    for event in _yaml().parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        complaint = _event_complaint(event, depth, documents)
        if complaint is not None:
            yield Problem(file, event.start_mark.line + 1, "", *complaint)
            return


def _event_complaint(event: Any, depth: int, documents: int) -> tuple[Text, Text] | None:
    if depth > MOST_DEPTH:
        return (
            Text(zh="嵌套过深。", en="The nesting is too deep."),
            Text(zh=f"最多 {MOST_DEPTH} 层。", en=f"At most {MOST_DEPTH} levels."),
        )
    if documents > 1:
        return (
            Text(zh="一个文件里有多部制度。", en="There are several documents in the file."),
            Text(zh="一个文件只写一部制度，去掉 ---。", en="One rulebook per file; remove the ---."),
        )
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
        return (
            Text(zh="制度文件不使用 YAML 锚点（& 与 *）。", en="Rulebooks use no YAML anchors (& and *)."),
            Text(
                zh="把内容写出来；共用的核对单写在 checklists。",
                en="Write it out; shared checklists go under checklists.",
            ),
        )
    if getattr(event, "tag", None) not in {None, "!"}:
        return (
            Text(zh="制度文件不使用 YAML 标签（!）。", en="Rulebooks use no YAML tags (!)."),
            Text(zh="去掉以 ! 开头的词。", en="Remove the word that starts with !."),
        )
    return None


class _Builder:
    """Turns composed nodes into plain values, noting lines and problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def complain(self, line: int, message: Text, mend: Text) -> None:
        """Note a problem at a line."""
        self.problems.append(Problem(self.file, line, "", message, mend))

    def plain(self, node: Node, path: Path) -> Any:
        """The plain value of a node."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode) or key_node.tag == f"{TAG}merge":
                self.complain(
                    line,
                    Text(zh="这里的键不是一个词。", en="This key is not a word."),
                    Text(zh="写“键: 值”。", en="Write KEY: VALUE."),
                )
                continue
            key = str(key_node.value)
            if key in made:
                self.complain(
                    line,
                    Text(zh=f"{key} 写了两次。", en=f"{key} is written twice."),
                    Text(zh="合并或删去其中一处。", en="Merge the two or remove one."),
                )
            self.lines[(*path, key)] = line
            made[key] = self.plain(value_node, (*path, key))
        return made


def _scalar(node: Node) -> str | int | bool | None:
    text = str(node.value)
    kind = str(node.tag).removeprefix(TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and text.isascii() and text.lstrip("-").isdigit():
        return int(text)
    return text
