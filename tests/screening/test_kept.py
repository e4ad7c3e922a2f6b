"""What is kept of a reading is kept under everything it depends on."""

from dataclasses import replace
from datetime import date

from guanhao.screening import kept
from guanhao.screening.kept import Texts, found_in
from guanhao.screening.links import LinkRules
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.roster import Leader, Roster
from guanhao.screening.screen import Screening
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Term
from guanhao.screening.text import LONGEST_KEPT, TextView

TERMS = TermIndex.of([Term(text="跳楼价", family="ads")])


def texts(title: str) -> Texts:
    return Texts((("title", title),), (TextView.plain("title", title),))


def said(title: str, wanted: Screening) -> list[str]:
    return [hit.excerpt for _, hit in found_in(texts(title), wanted)]


def read(monkeypatch) -> list[str]:
    """The texts that are really read from now on."""
    asked: list[str] = []
    before = kept.screen_each
    monkeypatch.setattr(
        kept, "screen_each", lambda views, wanted: asked.append(views[0].text) or before(views, wanted)
    )
    kept._kept.cache_clear()
    return asked


def test_the_same_words_are_read_once_with_the_same_lists(monkeypatch):
    asked = read(monkeypatch)
    first = found_in(texts("今日跳楼价"), Screening(terms=TERMS))
    assert found_in(texts("今日跳楼价"), Screening(terms=TERMS)) == first
    assert len(first) == 1
    assert asked == ["今日跳楼价"]


def test_another_word_or_another_list_is_read_afresh():
    assert len(said("今日跳楼价", Screening(terms=TERMS))) == 1
    assert said("今日特价", Screening(terms=TERMS)) == []
    assert said("今日跳楼价", Screening(terms=TERMS.changed(remove=[("ads", "跳楼价")]))) == []
    assert said("今日跳楼价", Screening(terms=TERMS, families=frozenset({"other"}))) == []


def test_whatever_a_reading_depends_on_is_part_of_what_it_is_kept_under():
    roster = Roster(leaders=(Leader(name="王建国", title="校长"),))
    asked = Screening(
        personal=frozenset({"mobile"}), secrecy=True, terms=TERMS, families=frozenset({"ads"}), hidden_characters=True,
        figures=True, roster=roster, beside="正文", links=LinkRules(), proofreader=Proofreader(), on=date(2026, 9, 1),
    )  # fmt: skip
    others = [
        replace(asked, personal=frozenset()),
        replace(asked, secrecy=False),
        replace(asked, terms=TermIndex.of([Term(text="跳楼价", family="ads")])),
        replace(asked, families=None),
        replace(asked, hidden_characters=False),
        replace(asked, figures=False),
        replace(asked, roster=Roster()),
        replace(asked, beside="别的正文"),
        replace(asked, links=LinkRules(dead={"http://gone.example": "404"})),
        replace(asked, proofreader=Proofreader(confusables={"按装": "安装"})),
        replace(asked, on=date(2026, 9, 2)),
    ]
    assert len({kept._key(one) for one in [asked, *others]}) == len(others) + 1


def test_a_long_text_is_not_kept(monkeypatch):
    asked = read(monkeypatch)
    long = "字" * (LONGEST_KEPT + 1)
    for _ in range(2):
        found_in(texts(long), Screening(terms=TERMS))
    assert asked == [long, long]


def test_another_corrector_is_asked_every_time():
    class Counting:
        times = 0

        def correct(self, given):
            self.times += 1
            return [[] for _ in given]

    corrector = Counting()
    for _ in range(2):
        found_in(texts("标题"), Screening(proofreader=Proofreader(corrector=corrector)))
    assert corrector.times == 2
