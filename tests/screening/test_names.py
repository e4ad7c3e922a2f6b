"""Names that look like ours are told apart: ours by right, ours to govern, impostors, and everybody else."""

import json

import pytest
from opencc import OpenCC
from pypinyin import lazy_pinyin

from guanhao.cli import main
from guanhao.screening.namekeys import NameKind, Protected
from guanhao.screening.names import NameRules, NameWatch, Relation

WATCH = NameWatch(
    [
        Protected(text="云江职业技术学院"),
        Protected(text="云江学院", kind=NameKind.SHORT),
        Protected(text="云江学院图书馆", kind=NameKind.UNIT),
        Protected(text="Yunjiang College", kind=NameKind.ENGLISH),
        Protected(text="yjxy1979", kind=NameKind.ENGLISH),
    ],
    registered=["云江学院", "云江学院团委"],
    others=["北云江学院"],
)
NAME = "云江职业技术学院"


@pytest.mark.article("xartvu-2")
@pytest.mark.parametrize(
    "name",
    [
        "云江学院教务处",
        "我在云江学院",
        "云江职业技术学院2026级新生",
        "云江学院表白墙",
        "云江学院图书馆",
        "YUNJIANG COLLEGE news",
    ],
)
def test_a_name_that_openly_bears_ours_is_ours_to_govern(name):
    """Whoever opened it."""
    assert WATCH.judge(name).relation is Relation.TO_GOVERN


@pytest.mark.article("gpnu-5")
@pytest.mark.parametrize("name", ["云江学院", "云江学院团委"])
def test_a_registered_accounts_name_is_ours_by_right(name):
    """With full points and the reason."""
    judged = WATCH.judge(name)
    assert (judged.relation, judged.score) == (Relation.OURS, 100)
    assert "登记" in judged.reasons[0].text.zh


IMPOSTORS = [
    "云·江·职·业·技·术·学·院",
    "云 江 职 业 技 术 学 院",
    "云*江职业*技术学院",
    "云江职业技术学院".replace("江", "江\u200b"),
    OpenCC("s2t").convert(NAME),
    "雲江職業技術學院官方",
    "".join(lazy_pinyin(NAME)),
    "Yun Jiang Zhi Ye Ji Shu Xue Yuan",
    "yun_jiang_zhi_ye_ji_shu_xue_yuan",
    "yunj1angzhiyejishuxueyuan",
    "уunjiаngzhiyеjishuxuеyuаn",
    "云江职业技术雪院",
    "云姜职业技术学院",
    "云jiang职业技术学院",
    "云汪职业技术学院",
    "云江职业技木学院",
    "𝒚𝒋𝒙𝒚1979官方",
    "Yunjiаng Cоllege官方",
]


@pytest.mark.article("xartvu-14")
@pytest.mark.parametrize("name", IMPOSTORS)
def test_a_name_that_hides_ours_looks_like_an_impostors(name):
    """Symbols, traditional forms, letters drawn alike, sound, shape."""
    judged = WATCH.judge(name)
    assert judged.relation is Relation.IMPOSTOR
    assert sum(reason.points for reason in judged.reasons) >= judged.score >= 80
    assert all(reason.text.zh and reason.text.en for reason in judged.reasons)


@pytest.mark.parametrize(
    "name",
    ["", " ", "云江中学", "云江美食", "江云学院", "瑞云职业学院", "学院路小吃", "云上江南", "北云江学院", "北云江学院图文", "职业技术学院吧", "yunnan college", "yjxy", "技术宅", "College Yard", "图书馆奇妙夜"],
)  # fmt: skip
def test_other_names_are_left_alone(name):
    """Towns, neighbours, words."""
    assert WATCH.judge(name).relation is Relation.NONE


def test_a_suffix_of_offices_weighs_more_than_a_nickname():
    """Reasons add up."""
    assert (
        WATCH.judge("云江学院招生办").score
        > WATCH.judge("云江学院表白墙").score
        > WATCH.judge("云江学院云云").score
    )


def test_thresholds_come_from_the_rules():
    """What a rulebook sets, holds."""
    strict = NameWatch([Protected(text=NAME)], rules=NameRules(tell_at=101))
    assert strict.judge(NAME).relation is Relation.NONE


def test_many_names_are_scanned_as_each_would_be_judged():
    """Scanning is an economy, never a difference; blanks and line ends in names do not shift places."""
    names = ["甲", "", "云江学院教务处", "乙\n丙", *IMPOSTORS, "丁" * 50, "云江学院"] * 3
    found = dict(WATCH.scan(names))
    assert {number: judged.score for number, judged in found.items()} == {
        number: judged.score
        for number, name in enumerate(names)
        if (judged := WATCH.judge(name)).relation is not Relation.NONE
    }


def test_the_command_tells_names_with_reasons(tmp_path, capsys):
    """One line a name; code 1 when there is something to tell."""
    listed = tmp_path / "names.txt"
    listed.write_text("云江职业技术雪院\n今日天气\n", encoding="utf-8")
    assert main(["names", "--protect", f"{NAME}:full", "--from", str(listed), "--json"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["relation"] == "impostor"
    assert main(["names", "--protect", NAME, "晚安"]) == 0
    assert main(["names", "--protect", f"{NAME}:king", "晚安"]) == 2
