"""Entries and allowed wordings from files: confusables, leaders, names and shapes, "no error", one row each.

Columns go by their heading in Chinese or English and in any order. Every fault is told with its line, and nothing of a
file with faults is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.lexicon.checks import entry_makes_sense
from guanhao.lexicon.types import MOST_ALLOWED, WITH_MEANING, EntryKind
from guanhao.screening.hits import HitClass
from guanhao.screening.termfiles import BadTermFile, day_of, rows_of

MOST_ENTRIES = 20_000
_LONGEST = 100
_HIGHEST_RANK = 9_999
COLUMNS = {
    "text": ("词或姓名", "词", "姓名", "错误写法", "文字", "text", "name", "wrong"),
    "kind": ("类型", "kind"),
    "meaning": ("正确写法或职务", "正确写法", "职务", "现名", "meaning", "right", "title"),
    "rank": ("排序", "rank"),
    "since": ("任职起", "自", "since", "from"),
    "until": ("任职止", "至", "until"),
    "unit": ("单位", "unit"),
    "class": ("分类", "class"),
    "note": ("备注", "理由", "note", "reason"),
}
ALLOWED = "allowed"
ALLOWED_WORDS = ("不是错误", "放行", ALLOWED)
_KINDS: dict[str, str] = {
    **dict.fromkeys(ALLOWED_WORDS, ALLOWED),
    "易错词": EntryKind.CONFUSABLE,
    "领导": EntryKind.LEADER,
    "单位旧名": EntryKind.OLD_NAME,
    "不规范简称": EntryKind.WRONG_NAME,
    "学号工号格式": EntryKind.PERSON_NUMBER,
    "内部文号格式": EntryKind.PAPER_NUMBER,
    "受保护名称": EntryKind.PROTECTED,
    **{kind.value: kind for kind in EntryKind},
}
_CLASSES = {
    "": HitClass.TYPOS,
    "词库词语": HitClass.TERMS,
    "保密": HitClass.SECRECY,
    "日期和数字": HitClass.FIGURES,
    "人名、职务和单位": HitClass.NAMES,
    "用语和标点": HitClass.WORDING,
    "错别字": HitClass.TYPOS,
    "链接": HitClass.LINKS,
    **{each.value: each for each in HitClass if each is not HitClass.PERSONAL},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """One row: an entry of a kind, or (`ALLOWED`) a wording that is no error for a unit, in a class."""

    kind: str
    text: str
    meaning: str = ""
    rank: int = 0
    since: date | None = None
    until: date | None = None
    unit: str = ""
    hit_class: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it one entry and no other."""
        if self.kind == ALLOWED:
            return (self.kind, self.unit, self.hit_class, self.text)
        return (self.kind, self.text, self.meaning)


@dataclass(frozen=True, slots=True)
class EntriesRead:
    """What a file says, and every fault of it with its line."""

    entries: tuple[NewEntry, ...]
    problems: tuple[Text, ...]


def parse_entries(name: str, data: bytes, *, kind: str, units: frozenset[str]) -> EntriesRead:
    """The entries of a file's bytes; rows that name no kind are of the given one. Of equal rows the last counts.

    ``units`` are the units a wording may be allowed for, by name.
    """
    entries: dict[tuple[str, ...], NewEntry] = {}
    problems: list[Text] = []
    try:
        for line, row in rows_of(name, data, COLUMNS):
            try:
                entry = _entry(row, kind, units)
            except ValueError as fault:
                zh, en = fault.args[0]
                problems.append(Text(zh=f"第 {line} 行：{zh}", en=f"Line {line}: {en}"))
            else:
                entries[entry.key] = entry
    except BadTermFile as bad:
        problems += bad.problems
    if len(entries) > MOST_ENTRIES:
        problems.append(
            Text(
                zh=f"超过 {MOST_ENTRIES} 行，请拆分。",
                en=f"There are over {MOST_ENTRIES} rows; split the file.",
            )
        )
    return EntriesRead(tuple(entries.values()), tuple(problems))


def _entry(row: Mapping[str, str], usual: str, units: frozenset[str]) -> NewEntry:
    word, text = row.get("kind", ""), row.get("text", "").strip()
    if word and word not in _KINDS:
        raise ValueError((f"不认识的类型“{word}”。", f"“{word}” is no known kind."))
    kind = _KINDS[word] if word else usual
    if len(text) > _LONGEST:
        raise ValueError((f"超过 {_LONGEST} 字。", f"Longer than {_LONGEST} characters."))
    return _allowed(row, text, units) if kind == ALLOWED else _own(row, kind, text)


def _own(row: Mapping[str, str], kind: str, text: str) -> NewEntry:
    meaning = row.get("meaning", "").strip()
    verdict = entry_makes_sense(kind, text, meaning)
    if isinstance(verdict, Denied):
        raise ValueError((verdict.reason.zh, verdict.reason.en))
    since, until = day_of(row.get("since", "")), day_of(row.get("until", ""))
    if since and until and until < since:
        raise ValueError(("任职止在任职起之前。", "The term of office ends before it begins."))
    keeps_meaning = EntryKind(kind) in WITH_MEANING | {EntryKind.PROTECTED}
    return NewEntry(
        kind=kind,
        text=text,
        meaning=meaning[:_LONGEST] if keeps_meaning else "",
        rank=_rank(row.get("rank", "")),
        since=since,
        until=until,
        note=row.get("note", "")[:200],
    )


def _allowed(row: Mapping[str, str], text: str, units: frozenset[str]) -> NewEntry:
    unit, word = row.get("unit", "").strip(), row.get("class", "").strip()
    for is_wrong, zh, en in (
        (not text, "没有文字。", "There are no words."),
        (len(text) > MOST_ALLOWED, f"超过 {MOST_ALLOWED} 字。", f"Longer than {MOST_ALLOWED} characters."),
        (
            unit not in units,
            f"没有单位“{unit}”，“不是错误”须写明单位。",
            f"There is no unit “{unit}”; name one.",
        ),
        (
            word not in _CLASSES,
            f"不认识或不能放行的分类“{word}”。",
            f"“{word}” is no class that may be allowed.",
        ),
    ):
        if is_wrong:
            raise ValueError((zh, en))
    return NewEntry(
        kind=ALLOWED, text=text, unit=unit, hit_class=_CLASSES[word].value, note=row.get("note", "")[:500]
    )


def _rank(written: str) -> int:
    if not written:
        return 0
    if not written.isdecimal() or int(written) > _HIGHEST_RANK:
        raise ValueError(
            (f"排序应为 0 到 {_HIGHEST_RANK} 的整数。", f"The rank is a number up to {_HIGHEST_RANK}.")
        )
    return int(written)


def template_rows() -> Iterator[list[str]]:
    """An example of each kind, for the sheet people start from."""
    yield ["座谈汇", "易错词", "座谈会", "", "", "", "", "", ""]
    yield ["（姓名）", "领导", "院长", "1", "2025-09-01", "", "", "", ""]
    yield ["（旧名）", "单位旧名", "（现名）", "", "", "", "", "", ""]
    yield ["家乡味", ALLOWED_WORDS[0], "", "", "", "", "（单位名称）", "错别字", "窗口名"]
