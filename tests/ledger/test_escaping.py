"""What people typed, made safe for one line of a log (LG9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.ledger.escaping import one_line

pytestmark = pytest.mark.requirement("LG9")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("第十六条", "第十六条"),
        ("a\nINFO forged", "a\\u000aINFO forged"),
        ("red\x1b[31m", "red\\u001b[31m"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("a\u2028b", "a\\u2028b"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_what_could_deceive_a_reader_is_written_as_an_escape(typed, written):
    """Line breaks, colours, directions and invisible signs; ordinary Chinese stays."""
    assert one_line(typed) == written


@given(st.text())
def test_the_result_is_always_one_printable_line(typed):
    """Nothing gets through that a terminal or a log reader would act upon."""
    line = one_line(typed)
    assert len(line.splitlines()) <= 1
    assert not any(sign < " " or sign == "\x7f" for sign in line)


def test_long_text_is_cut_with_a_sign():
    """A log line has an end."""
    assert one_line("长" * 500, most=10) == "长" * 10 + "…"
