"""K1: one value, one canonical form, one hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.contents.content import BadContent, Content, place_assets

ONE, TWO = "sha256:" + "a" * 64, "sha256:" + "b" * 64
lines = st.text(max_size=40)
raw = st.fixed_dictionaries(
    {},
    optional={
        "title": lines,
        "author_line": lines,
        "digest_text": lines,
        "source": lines,
        "body": st.lists(
            st.sampled_from(["<p>字</p>", f'<img src="asset:{ONE}">', "<b>x", "é e\u0301"]), max_size=5
        ).map("".join),
        "cover": st.sampled_from(["", ONE]),
        "credits": st.dictionaries(st.sampled_from(["editor", "text"]), lines),
        "comments_open": st.booleans(),
        "source_url": st.sampled_from(["", "https://a.edu.cn/x?y=1"]),
    },
)


@pytest.mark.requirement("K1")
@given(raw)
def test_reading_back_what_was_stored_gives_the_same_hash(given_):
    """Through the canonical form, as stored and as read anew."""
    content = Content.of(given_)
    assert Content.stored(content.to_json()).hash() == content.hash()
    assert Content.of(content.to_json()).hash() == content.hash()


@pytest.mark.requirement("K1")
@given(raw, raw)
def test_equal_hashes_mean_equal_content(one, other):
    """And different content has different hashes."""
    first, second = Content.of(one), Content.of(other)
    assert (first.hash() == second.hash()) == (first.to_json() == second.to_json())


@pytest.mark.requirement("AP2")
@pytest.mark.parametrize(
    "change",
    [
        {"title": "二"},
        {"author_line": "二"},
        {"digest_text": "二"},
        {"body": "<p>二</p>"},
        {"body": '<p style="color:red">一</p>'},
        {"cover": TWO},
        {"credits": {"editor": "二"}},
        {"source": "二"},
        {"source_url": "https://b.edu.cn/"},
        {"comments_open": True},
        {"comments_fans_only": True},
        {"account": "2"},
    ],
)
def test_whatever_leaves_us_or_decides_the_audience_is_in_the_hash(change):
    """Each field on its own."""
    content = {
        "title": "一",
        "body": "<p>一</p>",
        "cover": ONE,
        "credits": {"editor": "一"},
        "source": "一",
        "account": "1",
    }
    assert Content.of(content).hash() != Content.of(content | change).hash()


def test_pictures_are_listed_in_order_the_cover_first_and_each_once():
    """As readers meet them."""
    content = Content.of(
        {"cover": TWO, "body": f'<img src="asset:{ONE}"><img src="asset:{TWO}"><img src="asset:{ONE}">'}
    )
    assert content.images == (TWO, ONE)


def test_placeholders_become_addresses():
    """Each by its own digest."""
    body = f'<img src="asset:{ONE}"><img src="asset:{TWO}">'
    assert place_assets(body, lambda digest: f"/p/{digest[7:9]}") == '<img src="/p/aa"><img src="/p/bb">'


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"title": "字" * 201}, "title"),
        ({"title": 3}, "title"),
        ({"cover": "https://evil.example/x.png"}, "cover"),
        ({"cover": "../../etc/passwd"}, "cover"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"credits": ["a"]}, "credits"),
        ({"credits": {"editor": "字" * 61}}, "credits"),
        ({"state": "approved"}, "state"),
        ({"hash": "x"}, "hash"),
        ({"body": "字" * 400_000}, "body"),
        ({"body": None}, "body"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(given_, field):
    """So that the form can point at it; unknown fields are refused (mass assignment)."""
    with pytest.raises(BadContent) as refused:
        Content.of(given_)
    assert refused.value.field == field
    assert refused.value.denied.reason.zh


def test_control_characters_and_stray_space_are_normalised():
    """A title is one line."""
    assert Content.of({"title": " 技能月\x00\n 开幕\u3000 "}).title == "技能月 开幕"
