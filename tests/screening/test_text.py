"""The text of a body knows where each character came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.screening.hits import HitClass
from guanhao.screening.links import LinkRules
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.screen import Screening, screen_all
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Term
from guanhao.screening.text import TextView, body_view, picture_texts
from guanhao.screening.wording import WordingRules

pieces = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<br>", "138", "12345678", "&amp;", "&#20013;", "&lt", "中文", "\n", "\r\n", " ",
     '<span style="display:none">', "</span>", '<img alt="图一" src="asset:x">', "<", "a<b"]
)  # fmt: skip


@given(st.lists(pieces, max_size=20).map("".join))
def test_every_character_has_a_place_in_the_source(html):
    """In order, inside the source, never before the one before it."""
    view = body_view(html)
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert all(0 <= start <= end <= len(html) for start, end in zip(view.starts, view.ends, strict=True))
    assert list(view.starts) == sorted(view.starts)


@given(st.text("中文abc 123", min_size=1, max_size=30))
def test_plain_characters_stand_for_themselves(text):
    """The source at a character's place is the character."""
    view = body_view(f"<p>{text}</p>")
    for index, character in enumerate(view.text):
        if character != "\n":
            assert view_source(view, index, f"<p>{text}</p>") == character


def test_inline_tags_vanish_and_blocks_break():
    """A number split by tags is one number; two paragraphs are two lines."""
    assert body_view("<p>138<b>1234</b>5678</p><p>下一段</p>").text.split() == ["13812345678", "下一段"]


def test_a_hit_across_tags_points_at_the_whole_source():
    """From the first digit's place to behind the last one's."""
    html = "<p>138<b>1234</b>5678</p>"
    view = body_view(html)
    start, end = view.origin(0, 11)
    assert html[start:end] == "138<b>1234</b>5678"


def test_a_reference_is_one_character_with_a_longer_source():
    """``&amp;`` and a numeric one."""
    html = "<p>A&amp;B&#20013;</p>"
    view = body_view(html)
    assert view.text.strip() == "A&B中"
    assert html[slice(*view.origin(1, 2))] == "&amp;"
    assert html[slice(*view.origin(3, 4))] == "&#20013;"


@pytest.mark.parametrize(
    "style", ["display:none", "visibility: hidden", "font-size:0", "opacity:0", "color:transparent"]
)
def test_text_that_readers_do_not_see_is_marked(style):
    """It is sent all the same."""
    view = body_view(f'<p>看得见<span style="{style}">看不见</span></p>')
    place = view.text.index("看不见")
    assert view.is_hidden(place, place + 3)
    assert not view.is_hidden(0, 2)


def test_large_type_is_not_hidden():
    """``font-size:0.9em`` and ``opacity:0.8`` are seen."""
    assert body_view('<p style="font-size:0.9em;opacity:0.8">字</p>').hidden == ()


def test_words_behind_pictures_are_texts_of_their_own():
    """``alt`` and ``title``, each with the tag as its place."""
    html = '<p><img src="asset:x" alt="联系人 13812345678"><a href="http://a.cn" title="说明">x</a></p>'
    found = {view.field: view.text for view in picture_texts(html)}
    assert found == {
        "body.img.alt": "联系人 13812345678",
        "body.a.title": "说明",
        "body.a.href": "http://a.cn",
    }


def test_where_a_link_leads_is_read_as_an_address():
    """A shortened address behind a word is told with its tag as the place; its figures are nobody's telephone."""
    html = '<p>点<a href="https://t.cn/A6x13812345678">这里</a>报名，<a href="https://gpnu.edu.cn/a">校内</a></p>'
    wanted = Screening(
        personal=frozenset({"mobile"}),
        links=LinkRules(),
        wording=WordingRules(),
        proofreader=Proofreader(),
        figures=True,
    )
    (hit,) = screen_all([body_view(html), *picture_texts(html)], wanted)
    assert (hit.hit_class, hit.field) == (HitClass.LINKS, "body.a.href")
    assert html[hit.original_start : hit.original_end].startswith('<a href="https://t.cn')
    listed = Screening(terms=TermIndex.of([Term(text="shuadan", family="spam")]))
    html = '<p><a href="https://shuadan.cn/x">兼职</a></p>'
    assert [one.field for one in screen_all([body_view(html), *picture_texts(html)], listed)] == [
        "body.a.href"
    ]


def view_source(view: TextView, index: int, html: str) -> str:
    return html[view.starts[index] : view.ends[index]]
