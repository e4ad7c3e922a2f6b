"""Comments: planted disguises are found, ordinary ones of students are left alone, and nothing suspected blocks (ruian-13)."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhao.screening import cli
from guanhao.screening.characters import spelt
from guanhao.screening.comments import (
    CONTACT,
    PACKS,
    CommentIndex,
    CommentScreening,
    How,
    delivered_lists,
    screen_comment,
)
from guanhao.screening.force import Force
from guanhao.screening.hits import HitKind
from guanhao.screening.packs import warned_of
from guanhao.screening.proof.shapes import lookalikes
from guanhao.screening.terms import Term
from tests.screening.comments import ORDINARY

TERMS = sorted({term.text for pack in PACKS for term in pack.terms(pack.value)})
CHINESE = [text for text in TERMS if all("\u4e00" <= one <= "\u9fff" for one in text)]
SPELT = [text for text in CHINESE if len(spelt(text)) > 4]


def found(comment, **wanted):
    return {hit.family: hit for hit in screen_comment(comment, CommentScreening(**wanted))}


def terms(comment):
    return {said.term.text for said in delivered_lists().find(comment)}


def covered(before, planted, after):
    """Whether something is found where a term was planted between harmless words."""
    start, end = len(before), len(before + planted)
    found = delivered_lists().find(before + planted + after)
    return any(said.start < end and start < said.end for said in found)


traditional = import_module("opencc").OpenCC("s2t").convert


DISGUISES = {
    "plain": lambda text: text,
    "separated": "*".join,
    "spaced": "　".join,
    "dotted": "·".join,
    "emoji between": "❤️".join,
    "on lines of their own": "\n".join,
    "zero-width": "\u200b".join,
    "bidirectional": "\u202e".join,
    "traditional": traditional,
    "traditional and separated": lambda text: "_".join(traditional(text)),
    "repeated": lambda text: "".join(one * 3 for one in text),
}


@pytest.mark.article("ruian-13")
@pytest.mark.parametrize("disguise", DISGUISES)
def test_every_term_is_found_in_every_disguise(disguise):
    """Spam, fraud and abuse, between ordinary words: none gets past."""
    planted = [text for text in CHINESE if not text.startswith("不")]  # 不不得好死 reads as a denial
    assert len(planted) > 300
    assert [text for text in planted if not covered("学长好！", DISGUISES[disguise](text), "！求回复")] == []


@pytest.mark.article("ruian-13")
@pytest.mark.parametrize("between", ["", " ", "-", "'"])
def test_every_chinese_term_is_found_in_pinyin(between):
    """Written out as one word, syllable by syllable, or with marks."""
    spellings = [between.join(spelt(one) for one in text) if between else spelt(text) for text in SPELT]
    missed = [spelling for spelling in spellings if not covered("同学们 ", spelling, "，快来")]
    assert len(missed) <= len(SPELT) // 100, missed


@pytest.mark.article("ruian-13")
def test_pinyin_in_place_of_one_character_is_found():
    """Each character of each term in turn."""
    mixed = [
        (text, text[:place] + spelt(one) + text[place + 1 :])
        for text in SPELT
        if len(text) > 2
        for place, one in enumerate(text)
    ]
    missed = [pair for pair in mixed if not covered("今天", pair[1], "吗")]
    assert len(missed) <= len(mixed) // 50, missed[:20]


@pytest.mark.parametrize(
    ("comment", "term"),
    [
        ("耍单返利，懂的来", "刷单返利"),
        ("轻松月乳过万", "轻松月入过万"),
        ("ＳＨＵＡ ＤＡＮ 返利", "刷单返利"),
        ("shuа dаn fаn lі", "刷单返利"),  # Cyrillic а and і
        ("ⓢⓗⓐ ⓑⓘ", "傻逼"),
        ("S-H-A-B-I", "傻逼"),
    ],
)
def test_sounds_and_letters_that_look_alike_are_seen_through(comment, term):
    """Other characters read alike; other alphabets; circled letters."""
    assert term in terms(comment)


def test_a_character_drawn_alike_is_seen_through():
    """Every long term, each character by the one most like it, where that is no sound of its own."""
    shaped = [
        (text, text[:place] + lookalikes()[one][0] + text[place + 1 :])
        for text in CHINESE
        if len(text) > 3
        for place, one in enumerate(text)
        if lookalikes().get(one)
    ]
    assert len(shaped) > 500
    assert [pair for pair in shaped if not covered("哈哈", pair[1], "。")] == []


@pytest.mark.parametrize(
    "comment",
    ["加微abc12345", "➕V: zhang_2023", "加我微信 wx-998877", "+q 123456789", "加Q群：123456789", "➕薇\nabc123456", "私我vx a1b2c3d4", "进扣扣群87654321"],
)  # fmt: skip
def test_an_invitation_to_another_place_is_told(comment):
    """With the number or the name to ask for."""
    hit = found(f"有意者{comment}，名额有限")[CONTACT]
    assert hit.force is Force.WARN
    assert hit.mask.replace("\n", "").endswith(comment[-4:])


@pytest.mark.parametrize(
    "comment",
    ["微信公众号做得真好", "加油！", "qq音乐里有这首歌", "学校的微信群什么时候建", "加微信群要班长同意吗", "V5！", "1+1=2", "加Q版头像好看"],
)  # fmt: skip
def test_talk_of_such_places_is_no_invitation(comment):
    """Without a number or name."""
    assert CONTACT not in found(comment)


@pytest.mark.parametrize("hit", ["刷单返利", "shuadanfanli", "涮单返利", "耍单返利"])
def test_whoever_warns_of_it_is_not_meant(hit):
    """However it is written."""
    assert terms(f"警惕{hit}") == set()
    assert terms("学校提醒过大家防范校园贷！") == set()


def own(text, *allow):
    return CommentIndex.of([Term(text=text, family="own", force=Force.BLOCK, allow=allow)])


@pytest.mark.article("ruian-13")
@pytest.mark.parametrize(
    ("comment", "how", "force"),
    [
        ("今天瑞蓝招生骗钱", How.WRITTEN, Force.BLOCK),
        ("瑞*蓝*招*生*骗*钱", How.WRITTEN, Force.BLOCK),
        ("ruilanzhaosheng骗钱", How.SOUND, Force.WARN),
        ("睿兰招生骗钱", How.SOUND, Force.WARN),
        ("瑞蓝招牛骗钱", How.SHAPE, Force.WARN),
    ],
)
def test_what_is_only_suspected_never_blocks(comment, how, force):
    """An institution's own list may block what is written; sound and shape warn at most."""
    index = own("瑞蓝招生骗钱")
    assert [said.how for said in index.find(comment)] == [how]
    (hit,) = screen_comment(comment, CommentScreening(lists=index))
    assert (hit.force, hit.family, hit.kind) == (force, "own", HitKind.TERM)
    assert comment[hit.start : hit.end] == hit.mask


@pytest.mark.parametrize("comment", ["校园带来的变化", "王的宝座", "shabibi", "Shabian", "大四你要去哪"])
def test_short_terms_are_not_heard_in_other_characters_nor_within_words(comment):
    """校园带 sounds like 校园贷, and a longer word in Latin letters is that word."""
    assert terms(comment) == set()


def test_other_classes_are_told_and_style_is_not():
    """A number, a shortened link and hidden characters; no wording, no typos, no figures."""
    hits = screen_comment("按装好了！！！！打 13812345678 或看 http://t.cn/abc \u200b快快快")
    assert {hit.kind for hit in hits} == {HitKind.PHONE, HitKind.LINK, HitKind.HIDDEN_CHARACTER}
    assert all("13812345678" not in hit.mask + hit.excerpt for hit in hits)
    assert screen_comment("打 13812345678", CommentScreening(personal=frozenset())) == []


def test_ordinary_comments_of_students_are_left_alone():
    """Two hundred written for the purpose, slang and grumbling among them: nothing blocks, nothing is warned of."""
    assert len(set(ORDINARY)) >= 200
    told = {comment: [hit.message.zh for hit in screen_comment(comment)] for comment in ORDINARY}
    assert {comment: said for comment, said in told.items() if said} == {}


def test_an_institutions_blocking_list_blocks_no_ordinary_comment():
    """Every term made to block, and innocent where it is warned of."""
    listed = (
        "代考服务",
        "代写论文",
        "校园贷",
        "刷单返利",
        "兼职日结",
        "高价回收教材",
        "内部名额",
        "裸贷",
        "网络赌博",
        "傻逼",
    )
    blocking = tuple(Term(text=text, family="own", force=Force.BLOCK) for text in listed)
    index = CommentIndex.of(warned_of(blocking))
    assert list(chain.from_iterable(index.find(comment) for comment in ORDINARY)) == []


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("刷单返利shuadn \n\u200b❤*加微1")), max_size=60
    )
)
@settings(max_examples=150, deadline=None)
def test_no_comment_makes_it_fail_and_every_span_is_of_the_comment(comment):
    """Hostile text included."""
    for hit in screen_comment(comment):
        assert 0 <= hit.start < hit.end <= len(comment)


def test_the_command_line_reads_a_comment_a_line(tmp_path, capsys):
    """`guanhao screen --comment`: line by line, with the lists that come along, and one's own."""
    comments, terms_file = tmp_path / "评论.txt", tmp_path / "词库.csv"
    comments.write_text("食堂真好吃\n\n刷*单*返*利\nruilan招生骗钱\n", encoding="utf-8")
    terms_file.write_text("词语,力度\n瑞蓝招生骗钱,拦截\n", encoding="utf-8")
    assert cli.main(["--comment", "--json", "--terms", str(terms_file), str(comments)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["line"], [one["force"] for one in line["findings"]]) for line in lines] == [
        (1, []), (2, []), (3, ["warn"]), (4, ["warn"]),
    ]  # fmt: skip
    comments.write_text("瑞蓝招生骗钱\n加微abc12345", encoding="utf-8")
    assert cli.main(["--comment", "--terms", str(terms_file), str(comments)]) == 1
    told = capsys.readouterr().out
    assert f"{comments}:1:0-6 [block]" in told
    assert f"{comments}:2:0-10 [warn]" in told
