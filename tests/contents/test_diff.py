"""What a reviewer is told has changed."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.contents.content import Content
from guanhao.contents.diff import Kind, compare, segments

words = st.text("王老师今天去图书馆借了三本书，明天还。abc 123<&>〔〕\n", max_size=60)


def revision(**fields):
    return SimpleNamespace(content=Content.of(fields).to_json())


def told(older, newer):
    return {
        change.label: "".join(
            {"same": "", "added": "+", "removed": "-"}[one.kind] + one.text for one in change.segments
        )
        for change in compare(older, newer)
    }


@given(words, words)
def test_a_difference_loses_nothing(before, after):
    """Without what was added it is the old text, without what was removed the new one."""
    found = segments(before, after)
    assert "".join(one.text for one in found if one.kind is not Kind.ADDED) == before
    assert "".join(one.text for one in found if one.kind is not Kind.REMOVED) == after


def test_words_and_not_characters_are_compared():
    """图书馆 became 体育馆 as a word."""
    found = segments("周三去图书馆集合", "周三去体育馆集合")
    assert [one.text for one in found if one.kind is Kind.REMOVED] == ["图书馆"]
    assert [one.text for one in found if one.kind is Kind.ADDED] == ["体育馆"]


def test_equal_revisions_have_no_changes():
    """Nothing to read."""
    assert compare(revision(title="一", body="<p>二</p>"), revision(title="一", body="<p>二</p>")) == []


def test_only_the_paragraph_that_changed_is_reported():
    """With its number."""
    older = revision(body="<p>第一段。</p><p>第二段说周三。</p><p>第三段。</p>")
    newer = revision(body="<p>第一段。</p><p>第二段说周四。</p><p>第三段。</p>")
    assert list(told(older, newer)) == ["正文第 2 段"]
    assert "-周三+周四" in told(older, newer)["正文第 2 段"]


@pytest.mark.requirement("AP1")
def test_a_link_that_leads_elsewhere_is_a_change():
    """The words are the same; the address is not."""
    older = revision(body='<p><a href="https://good.edu.cn/">报名</a></p>')
    newer = revision(body='<p><a href="https://evil.example/">报名</a></p>')
    assert "https://evil.example/" in told(older, newer)["正文第 1 段"]


@pytest.mark.requirement("AP1")
def test_a_swapped_picture_and_a_new_cover_are_changes():
    """By their digests."""
    one, two = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    older = revision(body=f'<p><img src="asset:{one}"></p>', cover=one)
    newer = revision(body=f'<p><img src="asset:{two}"></p>', cover=two)
    assert set(told(older, newer)) == {"封面", "正文第 1 段"}


def test_other_clothes_are_mentioned():
    """The text is the same, the style is not."""
    assert list(told(revision(body="<p>字</p>"), revision(body='<p style="color:red">字</p>'))) == ["版式"]


def test_credits_that_come_and_go_are_named():
    """A credit only one of them has."""
    changes = told(revision(credits={"editor": "王"}), revision(credits={"text": "李"}))
    assert changes == {"署名 editor": "-王", "署名 text": "+李"}


def test_nothing_in_a_difference_is_html():
    """Text of the article is data; the page escapes it."""
    found = compare(revision(body="<p>一</p>"), revision(body="<p>&lt;script&gt;二</p>"))
    assert any("<script>" in segment.text for change in found for segment in change.segments)
