"""Term lists from files: one term a line in text, a table with a heading in CSV or XLSX.

Columns go by their heading in Chinese or English and in any order; only the term itself is required. Every fault is
told with its line, and nothing of a file with faults is taken.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePath

from python_calamine import CalamineError, CalamineWorkbook

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.terms import Term

MOST_TERMS = 500_000
LONGEST_TERM = 60
MOST_UNPACKED = 200 * 2**20  # bytes
Columns = Mapping[str, tuple[str, ...]]  # what a column means → its headings, the usual Chinese one first
_COLUMNS: Columns = {
    "text": ("词语", "词", "词条", "敏感词", "text", "word", "term"),
    "family": ("类别", "分类", "词库", "family", "category"),
    "force": ("力度", "处理", "级别", "force"),
    "valid_from": ("生效日期", "起始日期", "valid from", "from"),
    "valid_until": ("失效日期", "截止日期", "valid until", "until"),
    "allow": ("例外", "白名单", "放行短语", "allow"),
    "note": ("备注", "说明", "note"),
}
_FORCES = {
    Force.BLOCK: ("block", "拦截", "禁止", "阻止"),
    Force.ERROR: ("error", "错误"),
    Force.WARN: ("warn", "警告", "提醒", "提示修改"),
    Force.HINT: ("hint", "提示", "参考"),
}
_FORCE_BY_WORD = {word: force for force, words in _FORCES.items() for word in words}
_BETWEEN_PHRASES = re.compile(r"[|｜;；\n]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class BadTermFile(ValueError):  # noqa: N818 - named as the user meets it.
    """A list that cannot be taken; ``problems`` say where and why."""

    def __init__(self, problems: Sequence[Text]) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class TermsRead:
    """What a list says, and every fault of it with its line."""

    terms: tuple[Term, ...]
    problems: tuple[Text, ...]


def read_terms(path: Path, *, family: str, force: Force = Force.WARN, added_by: str = "") -> tuple[Term, ...]:
    """The terms of a file, with the given family and force where a row names none.

    Raises:
        BadTermFile: the file cannot be read as what its name says, or rows are faulty.
    """
    read = parse_terms(path.name, path.read_bytes(), family=family, force=force, added_by=added_by)
    if read.problems:
        raise BadTermFile(read.problems)
    return read.terms


def parse_terms(
    name: str, data: bytes, *, family: str, force: Force = Force.WARN, added_by: str = ""
) -> TermsRead:
    """The terms of a file's bytes, read as what its name says; of equal rows the last counts."""
    terms: dict[tuple[str, str], Term] = {}
    problems: list[Text] = []
    try:
        for line, row in rows_of(name, data):
            try:
                term = _term(row, family=family, force=force, added_by=added_by)
            except ValueError as fault:
                problems.append(_at(line, *fault.args[0]))
            else:
                terms[term.key] = term
    except BadTermFile as bad:
        problems += bad.problems
    if len(terms) > MOST_TERMS:
        problems.append(Text(zh=f"词条超过 {MOST_TERMS} 条。", en=f"There are more than {MOST_TERMS} terms."))
    return TermsRead(tuple(terms.values()), tuple(problems))


Row = tuple[int, Mapping[str, str]]


def rows_of(name: str, data: bytes, columns: Columns = _COLUMNS) -> Iterator[Row]:
    """The rows of a list by their line, keyed by what the columns mean; ``text`` is the column that must be there.

    Raises:
        BadTermFile: the file cannot be read as what its name says, or has no such column. While rows are drawn.
    """
    suffix = PurePath(name).suffix.lower()
    return _ROWS.get(suffix, _text_rows)(data, columns)


def _text_rows(data: bytes, _columns: Columns) -> Iterator[Row]:
    for number, line in enumerate(_decoded(data).splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, {"text": line.strip()}


def _csv_rows(data: bytes, columns: Columns) -> Iterator[Row]:
    return _table_rows(csv.reader(io.StringIO(_decoded(data))), columns)


def _xlsx_rows(data: bytes, columns: Columns) -> Iterator[Row]:
    try:
        _refuse_bombs(data)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, OSError) as fault:
        raise BadTermFile(
            [Text(zh="不是可读的 Excel 文件。", en="This is no readable Excel file.")]
        ) from fault
    return _table_rows(([_shown(cell) for cell in row] for row in sheet.iter_rows()), columns)


def _refuse_bombs(data: bytes) -> None:
    """What a small file unpacks to is known from its directory before anything is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise BadTermFile([Text(zh="文件展开后太大。", en="The file is too large once unpacked.")])


_ROWS = {".csv": _csv_rows, ".xlsx": _xlsx_rows}


def _table_rows(rows: Iterator[list[str]], columns: Columns) -> Iterator[Row]:
    names: list[str | None] = []
    for number, row in enumerate(rows, start=1):
        if not names:
            names = [_column(heading, columns) for heading in row]
            if "text" not in names:
                zh, *_, en = columns["text"]
                raise BadTermFile([_at(number, f"没有“{zh}”一列。", f"There is no column “{en}”.")])
        elif any(cell.strip() for cell in row):
            yield number, {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}


def _column(heading: str, columns: Columns) -> str | None:
    written = heading.strip().lower().replace("_", " ")
    return next((name for name, words in columns.items() if written in words), None)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTermFile(
        [Text(zh="文件编码不是 UTF-8 或 GB18030。", en="The file is neither UTF-8 nor GB18030.")]
    )


def _term(row: Mapping[str, str], *, family: str, force: Force, added_by: str) -> Term:
    text = row.get("text", "")
    if not any(character.isalnum() for character in text):
        raise ValueError(("词语为空或只有符号。", "The term is empty or has only symbols."))
    if len(text) > LONGEST_TERM:
        raise ValueError(
            (f"词语超过 {LONGEST_TERM} 字。", f"The term is longer than {LONGEST_TERM} characters.")
        )
    word = row.get("force", "").lower()
    if word and word not in _FORCE_BY_WORD:
        raise ValueError((f"不认识的力度“{word}”。", f"“{word}” is no known force."))
    return Term(
        text=text,
        family=row.get("family") or family,
        force=_FORCE_BY_WORD.get(word, force),
        valid_from=day_of(row.get("valid_from", "")),
        valid_until=day_of(row.get("valid_until", "")),
        allow=tuple(part.strip() for part in _BETWEEN_PHRASES.split(row.get("allow", "")) if part.strip()),
        note=row.get("note", ""),
        added_by=added_by,
    )


def day_of(written: str) -> date | None:
    """A day as people write it in tables; nothing where nothing is written.

    Raises:
        ValueError: it is no day; its argument is the sentence in both languages.
    """
    if not written:
        return None
    match = _DAY.match(written)
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(written)
    except ValueError as fault:
        raise ValueError((f"不是日期：“{written}”。", f"“{written}” is no date.")) from fault


def _shown(cell: object) -> str:
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _at(line: int, zh: str, en: str) -> Text:
    return Text(zh=f"第 {line} 行：{zh}", en=f"Line {line}: {en}")
