"""Terms are found however they are written, where they are written, and nowhere else."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from guanhao.screening.characters import simplified
from guanhao.screening.folding import COMMENTS, DRAFTS, PLAIN, Fold
from guanhao.screening.force import Force
from guanhao.screening.normalising import normalise
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Segment, Term


def _index(*texts, switches=DRAFTS, allow=(), **more):
    return TermIndex.of(
        [Term(text=text, family="f", **more) for text in texts], allow=allow, switches=switches
    )


def _written(index, text, **asked):
    return [text[each.start : each.end] for each in index.find(text, **asked)]


DISGUISES = [
    ("刷单兼职", "刷单兼职"),
    ("刷单兼职", "刷 单 兼 职"),
    ("刷单兼职", "刷*单*兼*职"),
    ("刷单兼职", "刷·单-兼_职"),
    ("刷单兼职", "刷🌸单🌸兼🌸职"),
    ("刷单兼职", "刷，单，兼，职"),
    ("刷单兼职", "刷\u200b单\u200c兼\u200d职"),
    ("刷单兼职", "刷\u2060单\ufeff兼\u00ad职"),
    ("刷单兼职", "刷\u202e单\u202c兼职"),
    ("刷单兼职", "刷单\ufe0f兼\U000e0101职"),
    ("刷单兼职", "刷單兼職"),
    ("刷单兼职", "刷.單.兼.職"),
    ("头发", "頭髮"),
    ("发展", "發展"),
    ("着陆器", "著陸器"),
    ("里面", "裏面"),
    ("里面", "裡面"),
    ("乾坤袋", "干坤袋"),
    ("加微信", "加 微 信"),
    ("VPN", "vpn"),
    ("VPN", "ＶＰＮ"),
    ("VPN", "ⓋⓅⓃ"),
    ("VPN", "𝐕𝐏𝐍"),
    ("VPN", "𝓿𝓹𝓷"),
    ("VPN", "🅥🅟🅝"),
    ("VPN", "🆅🅿🅽"),
    ("VPN", "V.P.N"),
    ("VPN", "v̶p̶n̶"),
    ("110报警", "⑪0报警"),
    ("第12期", "第⑫期"),
    ("第12期", "第１２期"),
    ("C++", "C++"),
    ("C++", "ｃ＋＋"),
    ("3.15晚会", "3.15晚会"),
    ("百分之百 有效", "百分之百有效"),
]


@pytest.mark.parametrize(("term", "disguise"), DISGUISES)
@pytest.mark.parametrize("around", ["{}", "请看{}。", "“{}”", "啊{}呀", "\n{}\n"])
def test_a_term_is_found_under_every_disguise_and_at_its_exact_place(term, disguise, around):
    """Whatever stands between or around, the span is what was written."""
    text = around.format(disguise)
    marks = "\u202c\u0336"  # after the last letter they belong to nobody
    assert [each.rstrip(marks) for each in _written(_index(term), text)] == [disguise.rstrip(marks)]


@pytest.mark.parametrize(
    ("term", "disguise"),
    [
        ("加微信", "加加微微信信"),
        ("加微信", "加微微微信"),
        ("天天向上", "天天天向向上"),
        ("vpn", "vрn"),
        ("vpn", "νрո"),
        ("qq群", "ԛԛ群"),
        ("hello", "heeellooo"),
    ],
)
def test_comments_fold_repeats_and_letters_drawn_alike(term, disguise):
    """Both are off for drafts, where 天天 is a word and Greek is Greek."""
    assert _index(term, switches=COMMENTS).find(disguise)
    assert not _index(term).find(disguise)


@pytest.mark.parametrize(
    ("term", "disguise"),
    [
        ("加微信", "加薇信"),
        ("加微信", "加weixin"),
        ("加微信", "jia微xin"),
        ("刷单", "shuadan"),
        ("女孩", "nv孩"),
    ],
)
def test_sounds_are_folded_where_a_list_asks_for_it(term, disguise):
    """Characters and letters of the same sound meet."""
    assert _written(_index(term, switches=COMMENTS | Fold.PINYIN), f"快{disguise}吧") == [disguise]


INNOCENT = [
    ("法轮", "这是办法。轮到你了"),
    ("法轮", "学习方法，轮流发言"),
    ("法轮", "方法\n轮流"),
    ("法轮", "方法\u2028轮流"),
    ("法轮", "方法<br>轮流".replace("<br>", "\r\n")),
    ("vpn", "vpnx"),
    ("vpn", "myvpn"),
    ("app", "apple"),
    ("天天向上", "天向上"),
    ("110", "1100"),
    ("110", "2110年"),
    ("C++", "C语言"),
    ("C++", "C"),
    ("3.15", "315"),
    ("微信", "微————————————信"),
    ("十大", "⑩大人"),
    ("0大", "⑩大人"),
]


@pytest.mark.parametrize(("term", "text"), INNOCENT)
def test_what_only_looks_like_a_term_is_left_alone(term, text):
    """Clauses, words, borders and whole characters are respected."""
    assert _written(_index(term, switches=DRAFTS | Fold.REPEATS), text) == []


def test_the_longest_of_overlapping_terms_is_told():
    """One place is told once."""
    assert _written(_index("刷单", "刷单兼职", "兼职"), "找刷单兼职吗") == ["刷单兼职"]


def test_a_shorter_term_that_binds_harder_is_not_hidden_by_a_longer_one():
    """A hint must never cover a block."""
    index = TermIndex.of(
        [
            Term(text="刷单", family="f", force=Force.BLOCK),
            Term(text="网上刷单", family="g", force=Force.HINT),
        ]
    )
    assert {each.term.force for each in index.find("不要网上刷单")} == {Force.BLOCK, Force.HINT}


def test_allowed_phrases_excuse_their_own_term_or_every_term():
    """反诈 articles may speak of the fraud they warn of."""
    own = _index("刷单", allow=())
    assert _written(own, "警惕刷单诈骗") == ["刷单"]
    assert _written(_index("刷单", allow=("警惕刷单",)), "警惕刷单诈骗，拒绝刷单") == ["刷单"]
    index = TermIndex.of(
        [
            Term(text="刷单", family="f", force=Force.BLOCK, allow=("警惕刷单",)),
            Term(text="单诈骗", family="f"),
        ]
    )
    assert _written(index, "警惕刷单诈骗") == ["单诈骗"]


def test_terms_count_only_within_their_dates_and_families():
    """Dates are inclusive."""
    index = TermIndex.of(
        [Term(text="临时词", family="a", valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31))]
    )
    assert index.find("临时词", on=date(2026, 3, 31))
    assert not index.find("临时词", on=date(2026, 4, 1))
    assert not index.find("临时词", on=date(2026, 2, 28))
    assert not index.find("临时词", families=frozenset({"b"}))


def test_changes_make_a_new_version_and_leave_the_old_one_as_it_was():
    """Adding and removing costs the change, and old findings can be repeated with the old version."""
    first = _index("甲词语", "乙词语", *(f"词{number}号" for number in range(100)))
    second = first.changed(add=[Term(text="丙词语", family="f")], remove=[("f", "甲词语")])
    text = "甲词语乙词语丙词语"
    assert _written(first, text) == ["甲词语", "乙词语"]
    assert _written(second, text) == ["乙词语", "丙词语"]
    assert second.segments[0] is first.segments[0]
    assert _written(second.changed(add=[Term(text="甲词语", family="f")]), text) == [
        "甲词语",
        "乙词语",
        "丙词语",
    ]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=25))
@settings(max_examples=60, deadline=None)
def test_any_order_of_changes_equals_building_the_list_anew(changes):
    """Segments and removals are an economy, never a difference."""
    wanted: dict[str, Term] = {}
    index = TermIndex.of([Term(text="开始词", family="f")])
    for is_added, number in changes:
        term = Term(text=f"词条{'甲乙丙丁戊己庚辛壬癸子丑寅'[number]}", family="f")
        if is_added:
            wanted[term.text] = term
            index = index.changed(add=[term])
        else:
            wanted.pop(term.text, None)
            index = index.changed(remove=[term.key])
    text = "开始词，" + "。".join(f"词条{one}" for one in "甲乙丙丁戊己庚辛壬癸子丑寅")
    anew = TermIndex.of([Term(text="开始词", family="f"), *wanted.values()])
    assert index.find(text) == anew.find(text)
    assert {term.text for term in index.terms()} == {"开始词", *wanted}
    assert len(index.segments) <= 6


def test_segments_are_shared_between_institutions():
    """The common list is compiled once, whoever uses it."""
    common = Segment(Term(text=f"公用词{number}", family="common") for number in range(50))
    first = TermIndex.over([common]).changed(add=[Term(text="本校词", family="own")])
    second = TermIndex.over([common])
    assert first.segments[0] is second.segments[0] is common
    assert _written(first, "公用词7与本校词") == ["公用词7", "本校词"]
    assert _written(second, "公用词7与本校词") == ["公用词7"]


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "刷单兼职微信VPNvpn ⑩㈱½ﷺ\u200b\u202e\ufe0f\U000e0041\u0301\n\r\u2028，。*🌸😀\ud800"
        ),
        st.characters(),
    ),
    max_size=60,
)


@given(HOSTILE, st.sampled_from([PLAIN, DRAFTS, COMMENTS, COMMENTS | Fold.PINYIN]))
@settings(max_examples=150, deadline=None)
def test_every_folded_character_maps_back_into_the_text_in_order(text, switches):
    """Places never run backwards and never leave the text; line ends stay where they are."""
    folded = normalise(text, switches)
    places = folded.places.tolist()
    assert len(places) == len(folded.text)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
    assert all(
        text[place] in "\n\r\u2028\u2029"
        for place, one in zip(places, folded.text, strict=True)
        if one == "\n"
    )


@given(HOSTILE, HOSTILE)
@settings(max_examples=100, deadline=None)
def test_a_planted_term_is_always_found_in_hostile_text(before, after):
    """Whatever surrounds it, a term between line ends is found where it stands."""
    text = f"{before}\n刷单兼职\n{after}"
    spans = [(each.start, each.end) for each in _index("刷单兼职").find(text)]
    assert (len(before) + 1, len(before) + 5) in spans


def test_long_texts_are_read_in_windows_without_losing_a_find_at_a_border():
    """Every alignment of a term with the borders of windows."""
    index = _index("刷单兼职")
    unit = "学校召开会议，" + "刷 单兼职" + "。今天天气好"
    text = unit * 60_000
    found = index.find(text)
    assert len(found) == 60_000
    assert all(text[each.start : each.end] == "刷 单兼职" for each in found)


# Words whose traditional forms are easily confused.
COMMON_WORDS = [
    "发展",
    "头发",
    "里程",
    "公里",
    "著作",
    "着落",
    "干部",
    "干净",
    "乾隆",
    "面条",
    "面向",
    "后天",
    "皇后",
    "制造",
    "制度",
    "台湾",
    "平台",
    "云彩",
    "人云亦云",
    "余额",
    "战斗",
    "斗米",
    "只有",
    "一只",
    "冲突",
    "要冲",
    "松树",
    "轻松",
    "系统",
    "联系",
    "关系",
    "复习",
    "重复",
    "复杂",
    "历史",
    "日历",
    "游览",
    "饥饿",
    "汇集",
    "词汇",
    "卷宗",
    "尽管",
    "尽力",
    "纤维",
    "准备",
    "征求",
    "特征",
    "症状",
    "回家",
    "钟表",
    "情有独钟",
    "党委",
    "欲望",
    "郁闷",
    "愿望",
    "折叠",
    "注册",
    "注释",
    "胜利",
    "曲折",
    "范围",
    "谷物",
    "山谷",
    "借口",
    "凭借",
    "周末",
    "几乎",
    "茶几",
    "克服",
    "攻克",
    "累计",
    "仆人",
    "布置",
    "公布",
    "出版",
    "一出戏",
    "丑恶",
    "赞美",
    "占用",
    "志愿",
    "杂志",
    "别人",
    "采访",
    "唇膏",
    "麻木",
    "群众",
    "线索",
    "污染",
    "烟草",
    "岩石",
    "咸味",
    "扬州",
    "灶台",
    "毡房",
    "筑城",
    "泛滥",
    "溪水",
    "韵律",
    "雇用",
    "鸡蛋",
]


def test_simplified_and_traditional_texts_fold_alike_over_common_words():
    """Whatever OpenCC makes of simplified words folds back to the words."""
    for config in ("s2t", "s2tw", "s2hk"):
        turned = OpenCC(config).convert("\n".join(COMMON_WORDS))
        assert normalise(turned, DRAFTS).text == normalise("\n".join(COMMON_WORDS), DRAFTS).text, config


def test_every_form_is_canonical():
    """Folding a folded character changes nothing."""
    forms = simplified()
    assert [many for many, one in forms.items() if forms.get(one, one) != one] == []


def test_a_term_without_anything_to_look_for_is_refused():
    """Better at import than never to match."""
    with pytest.raises(ValueError, match="nothing to look for"):
        _index("\u200b")
