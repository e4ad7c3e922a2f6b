"""The lists that come with the product: found however they are disguised, silent where a text warns, never blocking."""

from __future__ import annotations

import pytest

from guanhao.screening import cli
from guanhao.screening.folding import COMMENTS
from guanhao.screening.force import Force
from guanhao.screening.packs import WARNINGS, Pack
from guanhao.screening.termfiles import parse_terms
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Segment
from tests.screening.prose import sentences

PACKS = pytest.mark.parametrize("pack", list(Pack))


def index(*packs):
    return TermIndex.over([Segment(pack.terms(pack.value), COMMENTS) for pack in packs], switches=COMMENTS)


def found(text, *packs):
    """The wordings found in a text, allowed ones left out."""
    return {hit.term.text for hit in index(*packs).find(text)}


@PACKS
def test_a_list_is_whole_says_everything_once_and_blocks_nothing(pack):
    """It reads without a fault, and as a file it comes back as it is."""
    terms = pack.terms("bad")
    assert len(terms) > 80
    assert len({term.text for term in terms}) == len(terms)
    assert {term.force for term in terms} <= {Force.WARN, Force.HINT}
    assert not [term for term in terms if set(term.text) <= set("。，、 ")]
    read = parse_terms(pack.file_name, pack.data(), family="bad")
    assert not read.problems
    assert read.terms == terms


@PACKS
def test_every_term_is_found_in_a_comment(pack):
    """By itself, set apart by symbols and in the middle of other words."""
    lists = index(pack)
    for term in pack.terms(pack.value):
        for text in (f"【{term.text}】", "大家快看" + "*".join(term.text) + "名额有限"):
            if term.text.isascii() and "*" in text:
                continue  # Latin letters stand as a word; set apart they are letters.
            assert lists.find(text), (term.text, text)


@pytest.mark.parametrize("word", WARNINGS)
@pytest.mark.parametrize(
    ("pack", "term"), [(Pack.FRAUD, "刷单返利"), (Pack.SPAM, "代写论文"), (Pack.FRAUD, "校园贷")]
)
def test_a_word_of_warning_makes_it_innocent(pack, term, word):
    """The security office's own posts say these words in order to warn of them."""
    assert found(f"学校提醒同学们{word}{term}。", pack) == set()
    assert found(f"{term}，今天就能到账", pack)


def test_ordinary_campus_prose_is_hardly_touched():
    """Two thousand sentences written for the purpose: nothing blocks, and not one in two hundred is warned of."""
    lists, prose = index(*Pack), sentences(2000)
    warned = [
        sentence for sentence in prose if any(hit.term.force == Force.WARN for hit in lists.find(sentence))
    ]
    assert len(warned) <= len(prose) // 200, warned[:20]


@pytest.mark.parametrize(
    "sentence",
    [
        "现代考古学讲座本周五开讲。",
        "积极品质的培养贯穿四年。",
        "代替考试的是一份课程论文。",
        "确保录取工作公平公正。",
        "今天是我生日你妈妈也来了。",
        "中国酒文化选修课开放选课。",
        "牙刷粉色和蓝色各一支。",
        "相关实验废物处理流程见附件。",
        "我校新增两个国家级一流专业。",
    ],
)
def test_what_only_looks_like_it_is_not_found(sentence):
    """Terms that lie across the words of ordinary sentences are not in the lists."""
    assert found(sentence, *Pack) == set()


def test_the_command_line_reads_them_by_name(tmp_path, capsys):
    """`guanhao screen --pack fraud` needs no file of terms; another name is told what there is."""
    text = tmp_path / "评论.txt"
    text.write_text("学姐亲测：刷单返利，日入过千。", encoding="utf-8")
    assert cli.main(["--no-proofread", "--pack", "fraud", str(text)]) == 0
    told = capsys.readouterr().out
    assert "刷单返利" in told
    assert "日入过千" in told
    with pytest.raises(SystemExit):
        cli.main(["--pack", "politics", str(text)])
    assert "advertising" in capsys.readouterr().err
