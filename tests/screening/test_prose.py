"""Ordinary prose passes: nothing blocks, nothing is called an error, and long or hostile input takes bounded time."""

import resource
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhao.screening.force import Force
from guanhao.screening.hits import HitClass
from guanhao.screening.links import LinkRules
from guanhao.screening.personal import KINDS
from guanhao.screening.proof.modelfile import delivered
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.screen import Screening, screen, screen_all
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Term
from guanhao.screening.text import TextView, body_view
from guanhao.screening.wording import WordingRules
from tests.screening import prose

SPAM = TermIndex.of(
    Term(text=text, family="spam", force=Force.BLOCK)
    for text in (
        "刷单",
        "加微信",
        "代写论文",
        "裸贷",
        "高仿",
        "兼职日结",
        "包过",
        "VPN",
        "代考",
        "校园贷",
        "稳赚不赔",
        "点击领取",
    )
)
EVERYTHING = Screening(
    personal=frozenset(kind.value for kind in KINDS),
    secrecy=True,
    terms=SPAM,
    hidden_characters=True,
    figures=True,
    wording=WordingRules(),
    links=LinkRules(),
    proofreader=Proofreader(model=delivered()),
)
SENTENCES = prose.sentences(2_000)


@pytest.fixture(scope="module")
def hits():
    views = [TextView.plain("body", sentence) for sentence in SENTENCES]
    return screen_all(views, EVERYTHING)


def test_there_are_two_thousand_different_sentences():
    """Or the next tests would say little."""
    assert len(set(SENTENCES)) == 2_000


@pytest.mark.parametrize("hit_class", [HitClass.TERMS, HitClass.PERSONAL, HitClass.SECRECY, HitClass.FIGURES])
def test_nothing_that_may_block_is_found_in_ordinary_campus_prose(hits, hit_class):
    """These are the classes a rulebook may let block."""
    assert [hit.message.zh for hit in hits if hit.hit_class is hit_class] == []


def test_nothing_is_called_an_error_in_ordinary_campus_prose(hits):
    """Errors are certain or they are none."""
    assert [hit.excerpt for hit in hits if hit.force in {Force.BLOCK, Force.ERROR}] == []


def test_warnings_about_typos_stay_rare_in_ordinary_campus_prose(hits):
    """Prose that the model has never seen; patterns repeat, so that one slip counts many times."""
    assert sum(hit.hit_class is HitClass.TYPOS and hit.force is Force.WARN for hit in hits) <= 0.01 * len(
        SENTENCES
    )


HOSTILE = [
    "\u200b" * 3_000_000,
    "刷\u200b" * 1_500_000,
    "(" * 3_000_000,
    "1" * 3_000_000,
    "1 " * 1_500_000,
    "a@" * 1_500_000,
    "：" * 3_000_000,
    "一、\n" * 1_000_000,
    "㈱" * 2_000_000,
    "家住" * 1_000_000,
    "https://" * 400_000,
    "2026年" * 600_000,
    "不" * 3_000_000,
    "《“" * 1_000_000,
    " " * 3_000_000,
    "\ud800" * 1_000_000,
    "\n" * 3_000_000,
    "壹" * 2_000_000,
    "0:0 " * 700_000,
    "绝 " * 1_500_000,
    "（" * 10 + "》" * 2_000_000,
]


@pytest.mark.long
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:4]))
def test_ten_megabytes_of_anything_take_bounded_time_and_memory(text):
    """No pattern goes back over what it read."""
    wanted = Screening(
        personal=EVERYTHING.personal, secrecy=True, terms=SPAM, hidden_characters=True, figures=True,
        wording=WordingRules(), links=LinkRules(),
    )  # fmt: skip
    started = time.process_time()
    screen(TextView.plain("body", text), wanted)
    assert time.process_time() - started < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 700 * 1024


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("<>&;/b p刷单12：（“\u200b\ud800")), max_size=80
    )
)
@settings(max_examples=80, deadline=None)
def test_no_text_makes_screening_fail_and_every_span_maps_back(text):
    """Whatever it is, as text and as HTML."""
    for view, source in ((TextView.plain("title", text), text), (body_view(text), text)):
        for hit in screen(view, EVERYTHING):
            assert 0 <= hit.start < hit.end <= len(view.text)
            assert 0 <= hit.original_start <= hit.original_end <= len(source)
