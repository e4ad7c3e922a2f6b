"""Figures of screening, proofreading and names in the keys of docs/bench.md; prints one JSON object.

`python -m benchmarks.screening` takes under two minutes. Terms, texts and names are made up from a fixed seed; the
same work done by bare libraries is measured elsewhere. Rates are of processor time of one core. Packages that only disguise
words here are loaded when they do so, so that memory is screening's own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.shape import heading
from guanhao.screening.links import LinkRules
from guanhao.screening.namekeys import Protected
from guanhao.screening.names import NameWatch
from guanhao.screening.personal import KINDS
from guanhao.screening.proof.modelfile import delivered
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.proof.shapes import common_characters
from guanhao.screening.screen import Screening, screen
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Segment, Term
from guanhao.screening.text import TextView
from guanhao.screening.wording import WordingRules

TERMS = 50_000
NAMES = 1_000_000
PLANTED = 10_000
_COMMON = 3_755  # the first level of the national standard
_SEED = 20261120

Result = dict[str, Any]


class Maker:
    """Made-up words and texts, the same every time."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(_SEED)
        self.characters = np.array(common_characters()[:_COMMON])

    def word(self, least: int, most: int) -> str:
        """A made-up word."""
        return "".join(self.chance.choice(self.characters, self.chance.integers(least, most + 1)))

    def words(self, count: int, least: int, most: int) -> list[str]:
        """So many different ones."""
        words: dict[str, None] = {}
        while len(words) < count:
            words[self.word(least, most)] = None
        return list(words)

    def text(self, size: int) -> str:
        """Running text: made-up words with ordinary punctuation."""
        drawn = self.chance.choice(self.characters, size)
        drawn[self.chance.integers(0, size, size // 14)] = "，"
        drawn[self.chance.integers(0, size, size // 40)] = "。"
        return "".join(drawn)

    def pick(self, many: list[str]) -> str:
        """One of many."""
        return many[int(self.chance.integers(len(many)))]


def main() -> None:
    """Measure every part in a process of its own, so that none's memory is another's, and print one object."""
    if len(sys.argv) > 1:
        print(json.dumps([*PARTS[sys.argv[1]](Maker())]))
        return
    answer = heading("numpy", "ahocorasick-rs", rates="processor time of one core")
    results: list[Result] = []
    for part in PARTS:
        done = subprocess.run(  # noqa: S603 - our own module.
            [sys.executable, "-m", "benchmarks.screening", part], check=True, capture_output=True, text=True
        )
        results += json.loads(done.stdout)
    answer["results"] = results
    print(json.dumps(answer, ensure_ascii=False))


def _terms(maker: Maker) -> Iterator[Result]:
    words = maker.words(TERMS, 2, 8)
    started = time.process_time()
    index = TermIndex.of(Term(text=word, family="bench") for word in words)
    index.find("热身")
    yield _result("screening.build_s", time.process_time() - started, "s", "lower", f"{TERMS} terms")
    yield _result("screening.rss_mb", _resident(), "MiB", "lower", f"{TERMS} terms")
    for size, name in ((100_000, "100k"), (10 * 2**20 // 3, "10MB")):
        scale = f"{TERMS} terms, {name}"
        text = maker.text(size)
        yield _result(
            "screening.chars_per_s", len(text) / _best(partial(index.find, text)), "chars/s", "higher", scale
        )
        for form, write in _forms(maker).items():
            yield _result(
                f"screening.recall.{form}",
                _recall(maker, index, words, (size, write)),
                "share",
                "higher",
                scale,
            )
    others = [index.changed(add=[Term(text=f"本校{number}号词", family="own")]) for number in range(20)]
    before = _resident()
    for other in others:
        other.find("本校3号词")
    yield _result("screening.rss_20_institutions_mb", _resident() - before, "MiB", "lower", f"{TERMS} terms")


def _forms(maker: Maker) -> dict[str, Callable[[str], str]]:
    traditional = import_module("opencc").OpenCC("s2t")
    separators = list(" *·-_.|/~+#@&^　★")
    return {
        "exact": lambda word: word,
        "traditional": traditional.convert,
        "separated": lambda word: maker.pick(separators).join(word),
        "zero_width": "\u200b".join,
    }


def _recall(maker: Maker, index: TermIndex, words: list[str], how: tuple[int, Callable[[str], str]]) -> float:
    """The share of planted terms that are covered by a find exactly or by a longer one."""
    size, write = how
    planted: list[tuple[int, int]] = []
    pieces: list[str] = []
    at = 0
    for _ in range(min(2_000, size // 100)):
        filler, written = maker.text(60) + "。", write(maker.pick(words))
        pieces += [filler, written, "。"]
        planted.append((at + len(filler), at + len(filler) + len(written)))
        at += len(filler) + len(written) + 1
    found = {(each.start, each.end) for each in index.find("".join(pieces))}
    return sum(span in found for span in planted) / len(planted)


def _drafts(maker: Maker) -> Iterator[Result]:
    """A draft of ordinary words, screened for everything."""
    sentence = "学校今天上午在图书馆报告厅召开新学期工作会议，各部门负责人参加会议并作了发言。同学们积极报名参加志愿服务活动，"
    draft = "".join(
        f"{sentence}{maker.word(2, 3)}老师对第{number}组的作品作了点评。\n" for number in range(75)
    )[:5_000]
    index = TermIndex.over([Segment(Term(text=word, family="bench") for word in maker.words(5_000, 4, 8))])
    wanted = Screening(
        personal=frozenset(kind.value for kind in KINDS),
        secrecy=True,
        terms=index,
        hidden_characters=True,
        figures=True,
        wording=WordingRules(),
        links=LinkRules(),
        proofreader=Proofreader(model=delivered()),
    )
    view = TextView.plain("body", draft)
    started = time.process_time()
    screen(view, wanted)
    yield _result("screening.draft_first_s", time.process_time() - started, "s", "lower", "5000 characters")
    yield _result("screening.draft_rss_mb", _resident(), "MiB", "lower", "5000 characters")
    # Another draft every time, for what was said of a text is kept.
    others = [TextView.plain("body", f"第{number}稿。{draft}") for number in range(5)]
    seconds = min(_best(partial(screen, other, wanted), times=1) for other in others)
    yield _result("screening.draft_s", seconds, "s", "lower", "5000 characters")
    proofreader = Proofreader(model=delivered())
    lines = draft.split("\n") * 10
    size = sum(map(len, lines))
    yield _result(
        "proofread.chars_per_s",
        size / _best(lambda: proofreader.corrections(lines)),
        "chars/s",
        "higher",
        "delivered model",
    )


def _names(maker: Maker) -> Iterator[Result]:
    """Ordinary names with planted impostors of 400 protected schools."""
    scale = f"{NAMES} names, 400 protected"
    cities, kinds = maker.words(40, 2, 2), ["职业技术学院", "师范学院", "广播电视大学", "理工学院", "医科大学", "财经大学", "农业大学", "外国语学院", "工程学院", "城市学院"]  # fmt: skip
    protected = [city + kind for city in cities for kind in kinds]
    ordinary = [*cities, *kinds]
    names = [
        maker.word(2, 9) if number % 4 else maker.pick(ordinary) + maker.word(2, 4) for number in range(NAMES)
    ]
    planted = maker.chance.choice(NAMES, PLANTED, replace=False).tolist()
    disguises = _disguises(maker)
    for number in planted:
        names[number] = maker.pick(disguises)(maker.pick(protected))  # type: ignore[arg-type, operator]
    watch = NameWatch(Protected(text=text) for text in protected)
    started = time.process_time()
    found = {number for number, _ in watch.scan(names)}
    seconds = time.process_time() - started
    is_planted = set(planted)
    yield _result("names.per_s", NAMES / seconds, "names/s", "higher", scale)
    yield _result("names.recall", len(found & is_planted) / PLANTED, "share", "higher", scale)
    yield _result(
        "names.false_alarms_per_1000", 1000 * len(found - is_planted) / NAMES, "names", "lower", scale
    )
    yield _result(
        "names.rss_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", "lower", scale
    )


def _disguises(maker: Maker) -> list[Any]:
    traditional = import_module("opencc").OpenCC("s2t")
    cyrillic = str.maketrans("aeopcxyi", "аеорсхуі")
    return [
        lambda name: maker.pick(list("*·_-.~|")).join(name),
        traditional.convert,
        _spelt,
        lambda name: _spelt(name).translate(cyrillic),
        lambda name: name + maker.pick(["官方", "招生办", "新生群", "表白墙"]),
        lambda name: name.replace("学", "雪"),
    ]


def _spelt(name: str) -> str:
    return "".join(import_module("pypinyin").lazy_pinyin(name))


def _best(work: Callable[[], object], times: int = 5) -> float:
    """The best of some times, in seconds of processor time."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def _resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a kernel file.
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _result(key: str, value: float, unit: str, better: str, scale: str) -> Result:
    return {"key": key, "value": round(value, 4), "unit": unit, "better": better, "scale": scale}


PARTS: dict[str, Callable[[Maker], Iterator[Result]]] = {"terms": _terms, "drafts": _drafts, "names": _names}


if __name__ == "__main__":
    main()
