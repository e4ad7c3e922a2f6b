"""Titles: what baits is told, figures must be the body's, and ordinary titles pass."""

import pytest

from guanhao.screening import titles
from guanhao.screening.force import Force
from guanhao.screening.text import TextView


def told(title, body="五十家企业到场，第二十届校运会开幕，3 680 名新生报到，比去年多 12.5%。"):
    return [(hit.mask, hit.force) for hit in titles.find(TextView.plain("title", title), body)]


@pytest.mark.article("ruian-10")
@pytest.mark.parametrize(
    "title",
    ["震惊！食堂出大事", "速看！宿舍新规", "90%的同学都不知道的自习室", "考研成绩公布，结果竟然……", "史上最美宿舍", "开学啦！！！", "他们居然这样过周末？！", "手慢无！免费领教材", "不看后悔的选课攻略"],
)  # fmt: skip
def test_words_that_bait_are_warned_of(title):
    """Never an error: taste is not law."""
    assert Force.WARN in {force for _mask, force in told(title)}
    assert Force.ERROR not in {force for _mask, force in told(title)}


@pytest.mark.article("ruian-10")
@pytest.mark.parametrize(
    ("title", "figure"), [("六十家企业进校园", "六十"), ("第二十一届校运会", "二十一"), ("新生增加15.5%", "15.5"), ("三千名新生", "三千")]
)  # fmt: skip
def test_a_figure_that_the_body_does_not_say_is_a_hint(title, figure):
    """With its place, so that one may check it."""
    assert told(title) == [(figure, Force.HINT)]


@pytest.mark.parametrize(
    "title",
    ["就业双选会进校园，五十家企业等你来", "50家企业进校园", "第20届校运会开幕", "新生比去年多12.5%", "期末复习怎么安排，学长学姐有话说", "校园里的第一朵蜡梅",
     "一封写给十年后的信", "实训车间开放日，先看安全再动手", "“最美宿舍”评选结果公布", "喜报！我校获奖", "你好，新同学？", "十佳歌手大赛"],
)  # fmt: skip
def test_sober_titles_pass(title):
    """Ordinary titles of campus accounts."""
    assert told(title) == []


@pytest.mark.parametrize("body", ["", " \n"])
def test_a_body_without_words_says_nothing_of_figures(body):
    """A picture story has its figures in the pictures."""
    assert told("六十家企业进校园", body) == []
