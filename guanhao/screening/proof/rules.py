"""The first layer of proofreading: what is always a slip, and pairs that often are. Nothing here guesses.

A listed slip counts only where the cut into words agrees: 按排 in 按排名次 is two words' ends, not 安排 gone wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ahocorasick_rs import AhoCorasick

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.packages import jieba

_SHORT = 2
_AROUND = 10
_PARTICLES = "的地得"
# A variant or foreign form of a character, followed by the form used here. None of them is in the national standard's
# list of common characters (GB/T 2312), which a test proves.
_WRITTEN_OTHERWISE = (
    "増增髙高岀出変变歩步黒黑徳德奬奖査查産产収收単单戦战対对実实図图気气経经済济験验関关斉齐児儿発发転转労劳価价"
    "⽂文⼈人⼤大⾼高⼯工⽣生⽇日⽉月⼀一⼆二"
    "毎每衞卫亊事囯国冩写戸户呑吞囬回塡填娯娱宻密尅克峯峰巻卷帯带帰归庁厅広广弾弹従从悪恶悩恼愼慎戯戏抜拔拝拜択择挙举捜搜掲揭揺摇敍叙斎斋晩晚暁晓曁暨栄荣検检楽乐様样権权歓欢歳岁歴历殻壳汚污沢泽浄净渉涉渋涩"
    "渓溪満满焼烧犠牺猟猎獣兽畧略畳叠県县眞真砕碎稲稻穂穗粋粹絵绘継继続续緑绿縁缘縄绳繊纤聨联聴听脳脑臓脏荘庄薬药蔵藏衆众覚觉覧览観观証证訳译読读説说譲让豊丰賛赞軽轻辺边逓递遅迟郷乡酔醉釈释鉄铁銭钱鋳铸鎮镇"
    "閲阅闘斗陥陷険险隠隐隣邻雑杂霊灵頼赖顔颜顕显飲饮駅驿駆驱騒骚髄髓鶏鸡黙默齢龄"
)
_VARIANTS = dict(zip(_WRITTEN_OTHERWISE[::2], _WRITTEN_OTHERWISE[1::2], strict=True))
_KANA = re.compile(r"[\u3041-\u30ff]")
_YEAR = re.compile(r"[二一][〇零oO0○Ｏ０一二三四五六七八九]{3}(?=年)")
_ZERO = re.compile(r"[oO0○Ｏ０]")


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip: its span, what belongs there, how sure we are, and why."""

    start: int
    end: int
    right: str
    force: Force
    message: Text


@lru_cache(maxsize=1)
def misspellings() -> Mapping[str, tuple[str, Force]]:
    """The house's own list: wrong wording → right wording and force."""
    text = resources.files("guanhao.screening.data").joinpath("misspellings.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {wrong: (right, Force(force)) for wrong, right, force in rows}


def find(text: str, confusables: Mapping[str, str] | None = None) -> Iterator[Slip]:
    """Certain slips of a text, and hints about particles.

    Args:
        text: the text.
        confusables: the institution's own slips, wrong → right; they count as errors.
    """
    yield from _listed(text, confusables or {})
    yield from _variants(text)
    yield from _particles(text)


@lru_cache(maxsize=16)
def _matcher(own: tuple[tuple[str, str], ...]) -> tuple[AhoCorasick, list[tuple[str, str, Force]]]:
    entries = {wrong: (wrong, right, force) for wrong, (right, force) in misspellings().items()}
    entries |= {wrong: (wrong, right, Force.ERROR) for wrong, right in own}
    rows = list(entries.values())
    return AhoCorasick([wrong for wrong, _, _ in rows]), rows


def _listed(text: str, confusables: Mapping[str, str]) -> Iterator[Slip]:
    matcher, rows = _matcher(tuple(sorted(confusables.items())))
    for number, start, end in matcher.find_matches_as_indexes(text, overlapping=True):
        wrong, right, force = rows[number]
        if wrong in confusables or _is_cut_there(text, start, end):
            word = Text(zh=f"“{wrong}”应为“{right}”。", en=f"“{wrong}” should be “{right}”.")
            maybe = Text(zh=f"“{wrong}”多写作“{right}”。", en=f"“{wrong}” is usually written “{right}”.")
            yield Slip(start, end, right, force, maybe if force is Force.HINT else word)


def _is_cut_there(text: str, start: int, end: int) -> bool:
    """Whether no dictionary word reaches over an end of the span."""
    begin = max(0, start - _AROUND)
    around = text[begin : end + _AROUND]
    for word, first, last in jieba().tokenize(around, "default", False):
        crosses = first + begin < start < last + begin or first + begin < end < last + begin
        if crosses and len(word) >= _SHORT:
            return False
    return True


def _variants(text: str) -> Iterator[Slip]:
    is_foreign = _KANA.search(text) is not None  # Japanese is written as the Japanese do
    for place, character in enumerate(text):
        if character in _VARIANTS and not is_foreign:
            right = _VARIANTS[character]
            yield Slip(
                place,
                place + 1,
                right,
                Force.ERROR,
                Text(
                    zh=f"“{character}”不是通行字形，应为“{right}”。", en=f"“{character}” should be “{right}”."
                ),
            )
    for match in _YEAR.finditer(text):
        right = _ZERO.sub("〇", match[0])
        if right != match[0]:
            yield Slip(
                *match.span(),
                right,
                Force.ERROR,
                Text(zh="汉字年份中的零写作“〇”。", en="Zero in a year in Chinese figures is written 〇."),
            )


# Particles before and after certain words, with the reason.
_PARTICLE_RULES = (
    (re.compile(r"(?:得|地)(?=(?:重要|主要|根本|基本|具体)?(?:意义|作用|问题|工作|精神|教育|学校|学院|学生|老师|老百姓|时候|原因|机会|时间|地方|方面)(?!，))"),
     "的", "名词之前用“的”。", "Before a noun it is 的."),
    (re.compile(r"(?<=[取做办写说跑学讲唱跳玩过长显变记])的(?=(?:很|非常|十分|特别|更加|越来越|最)(?:好|快|高|大|多|美|精彩|出色|开心|重要|漂亮|认真|清楚|明显)(?:[，。！；]|$))"),
     "得", "补语之前用“得”。", "Before a complement it is 得."),
    (re.compile(r"(?<=[积深认努仔严热有不充全广大高])(?<=积极|深入|认真|努力|仔细|严格|热烈|不断|充分|全面|广泛|大力|高度)的(?=(?:开展|推进|学习|贯彻|落实|参加|参与|完成|讨论|执行|准备|宣传|发挥|支持|推动|加强|提高|研究|听取|进行|观看|投入|落实)(?:了|着|到|好|各|这|本|相|学|党|工|，|。))"),
     "地", "状语之后用“地”。", "After an adverbial it is 地."),
    (re.compile(r"(?<=[我你他她它们])在(?=(?:次|也不|一次))"), "再", "表示重复用“再”。", "For repetition it is 再."),
    (re.compile(r"再(?=(?:校|家|学校|会上|会议|现场|图书馆|教室|北京|上海|广州|全校|活动|操场|体育馆)(?:[^三次度]))(?<![不一])"), "在", "处所之前用“在”。", "Before a place it is 在."),
    (re.compile(r"(?<=[当叫称看选])作(?=(?:为|什么|一)?(?:一件|一种|一次)?(?:大事|乐趣|家人|朋友|榜样))"), "做", "“当做、叫做”用“做”。", "Here 做 is usual."),
    (re.compile(r"那(?=(?:里|儿|些|个|位|天|年)?[^。！，]{0,12}(?:呢|吗)？)(?<!在那)(?<!从那)"), "哪", "表示疑问用“哪”。", "In a question it is 哪."),
)  # fmt: skip


def _particles(text: str) -> Iterator[Slip]:
    """Hints only: 的/地/得, 在/再, 做/作, 那/哪 depend on what a sentence means."""
    for pattern, right, zh, en in _PARTICLE_RULES:
        for match in pattern.finditer(text):
            written = match[0]
            if written != right:
                yield Slip(*match.span(), right, Force.HINT, Text(zh=zh, en=en))
