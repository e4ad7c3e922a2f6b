"""What is written down of characters is what the packages say, and is all that screening needs of them."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.screening import characters
from guanhao.screening.folding import COMMENTS, DRAFTS, EXTENT, PASSED_OVER, Fold, table
from guanhao.screening.namekeys import Protected, sounded_keys, written_keys
from guanhao.screening.proof import cli, confusions
from guanhao.screening.proof.shapes import common_characters, lookalikes


def test_what_set_up_made_is_what_the_installed_packages_say(tmp_path, monkeypatch):
    """A table made with other versions shows here; without a table the packages answer, and answer the same."""
    made = tmp_path / characters.MADE.name
    assert cli.main(["characters", "--out", str(made)]) == 0
    assert made.read_bytes() == characters.MADE.read_bytes()
    kept = characters.simplified(), characters.readings()
    monkeypatch.setattr(characters, "MADE", tmp_path / "not there")
    assert (characters.simplified(), characters.readings()) == kept


def test_every_word_the_package_knows_is_read_as_the_package_reads_it():
    """Forty-seven thousand words, those that read otherwise than their characters (重庆) among them."""
    pypinyin = import_module("pypinyin")
    words = sorted(import_module("pypinyin.phrases_dict").phrases_dict)
    plain, first = pypinyin.Style.NORMAL, pypinyin.Style.FIRST_LETTER
    read = {word: "".join(pypinyin.lazy_pinyin(word, style=plain, v_to_u=False)) for word in words}
    letters = {word: "".join(pypinyin.lazy_pinyin(word, style=first, errors="ignore")) for word in words}
    assert {word: characters.spelt(word) for word in words} == read
    assert {word: characters.initials(word) for word in words} == letters


@pytest.mark.parametrize(
    ("text", "read", "letters"),
    [("重庆大学", "chongqingdaxue", "cqdx"), ("重点ABC·女生", "zhongdianABC·nvsheng", "zdns"), ("", "", "")],
)
def test_what_has_no_reading_stands_for_itself_and_has_no_initial(text, read, letters):
    """Latin letters and marks in a name."""
    assert (characters.spelt(text), characters.initials(text)) == (read, letters)


def test_names_are_looked_for_by_the_readings_of_their_words():
    """长春 is chang, 长大 zhang: a name is spelt as people say it."""
    name = Protected(text="重庆长春学院")
    assert "ccxy" in next(key.pattern for key in written_keys(name) if key.how.value == "initials")
    assert all("chongqing" in key.pattern for key in sounded_keys(name) if "zhong" not in key.pattern)


def test_every_pair_that_is_alike_is_alike_both_ways():
    """Characters are put beside each other when asked for, and neither is then left out."""
    for one in common_characters()[::37]:
        for other, kind in confusions.alike(one).items():
            assert confusions.alike(other)[one] == kind
            assert one != other
    assert confusions.are_alike("在", "再")
    assert confusions.alike("己")["已"] & confusions.SHAPE
    assert not confusions.alike("A")
    assert all(confusions.are_alike(one, other) for one, many in lookalikes().items() for other in many[:1])


@pytest.mark.parametrize("switches", [DRAFTS, COMMENTS, COMMENTS | Fold.PINYIN, Fold.CASE])
@given(st.integers(EXTENT - 2, 0x10FFFF))
def test_a_table_answers_for_code_points_beyond_it(switches, code):
    """Selectors of variants are passed over where anything is; everything else out there stands for itself."""
    (folded,) = table(switches).fold(np.array([code], dtype=np.uint32)).tolist()
    passed = 0xE0000 <= code < 0xE01F0 and bool(switches & (Fold.INVISIBLE | Fold.SEPARATORS))
    assert folded == (PASSED_OVER if passed else code)


def test_reading_texts_does_not_load_the_packages_dictionaries():
    """They would weigh more than all the rest of screening together."""
    program = (
        "import sys; from guanhao.screening import cli\n"
        "cli.main(['--pack', 'fraud', sys.argv[1]])\n"
        "loaded = {'pypinyin', 'opencc'} & set(sys.modules); sys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, __file__], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
