"""Addresses of posts, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.platforms.weibo.permalink import Place, lengthened, permalink, place_of, shortened

# A pair known from the platform's own pages.
MID, NAME = "3501756485200075", "z0JH2lOMb"


def test_a_known_pair_converts_both_ways():
    """The base 62 of seven-digit groups from the right."""
    assert shortened(MID) == NAME
    assert lengthened(NAME) == MID


@pytest.mark.parametrize(
    "mid", ["1", "62", "9999999", "10000000", "10000001", "5000000000000001", "9007199254740993"]
)
def test_groups_keep_their_zeros(mid):
    """Inner groups are padded, the first is not; ids beyond 2 to the 53 lose nothing."""
    assert lengthened(shortened(mid)) == mid


@given(st.integers(min_value=1, max_value=2**63 - 1))
def test_every_id_survives_the_way_there_and_back(number):
    """Whatever the platform hands out."""
    assert lengthened(shortened(str(number))) == str(number)


@pytest.mark.parametrize("wrong", ["", "12a", "-1", "１２", "1.5e15"])
def test_only_a_decimal_number_is_an_id(wrong):
    """A number that went through floating point is none."""
    with pytest.raises(ValueError, match="decimal"):
        shortened(wrong)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (f"https://weibo.com/1404376560/{NAME}", Place("1404376560", MID)),
        (f"  http://www.weibo.com/1404376560/{NAME}?from=page#comment ", Place("1404376560", MID)),
        (f"https://m.weibo.cn/status/{MID}", Place("", MID)),
        (f"https://m.weibo.cn/1404376560/{MID}", Place("1404376560", MID)),
        (f"https://weibo.com/detail/{MID}", Place("", MID)),
        ("https://weibo.com/1404376560/", None),
        ("https://weibo.com/u/1404376560", None),
        (f"https://weibo.com.evil.example/1404376560/{NAME}", None),
        (f"https://evil.example/weibo.com/1404376560/{NAME}", None),
        ("https://weibo.com/1404376560/a_b", None),
        ("", None),
    ],
)
def test_an_address_people_paste_names_its_post(address, place):
    """Desktop and mobile forms; look-alike hosts name nothing."""
    assert place_of(address) == place


def test_an_address_is_built_of_account_and_post():
    """As readers open it."""
    assert permalink("1404376560", MID) == f"https://weibo.com/1404376560/{NAME}"
