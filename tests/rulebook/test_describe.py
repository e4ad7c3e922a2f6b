"""Clauses as sentences, words as labels, numbers as regulations print them."""

from __future__ import annotations

from enum import Enum

import pytest

from guanhao.rulebook import timing, vocabulary
from guanhao.rulebook.checkrules import CHECK_RULES
from guanhao.rulebook.describe import describe
from guanhao.rulebook.describe_checks import PARAMETERS
from guanhao.rulebook.labels import LABELS, RULE_LABELS, label, rule_label
from guanhao.rulebook.loading import loads
from guanhao.rulebook.numerals import article_of, chinese_number

UNLABELLED = {
    vocabulary.RoleOf,
    vocabulary.FieldType,
    vocabulary.FilledBy,
    vocabulary.Meaning,
}  # only forms and roles name these


def enums():
    for module in (vocabulary, timing):
        for member in vars(module).values():
            if (
                isinstance(member, type)
                and issubclass(member, Enum)
                and len(member)
                and member not in UNLABELLED
            ):
                yield member


def test_every_word_of_the_grammar_has_a_label_in_both_languages():
    """A new word without one would fail on a page."""
    for enum in enums():
        assert set(LABELS[enum]) == set(enum)
        assert all(label(word).zh and label(word).en for word in enum)


def test_words_spelled_alike_keep_their_own_labels():
    """“warn” is a force and a consequence."""
    assert label(vocabulary.Force.WARN).zh == "应当"
    assert label(vocabulary.Consequence.WARN).zh == "警告"


def test_every_rule_has_a_label_and_every_kind_of_parameters_a_wording():
    """Nothing in the table of rules is unspeakable."""
    assert set(RULE_LABELS) == set(CHECK_RULES)
    assert set(PARAMETERS) == set(CHECK_RULES.values())
    assert rule_label("lead_time").en == "lead time"


def test_every_clause_of_every_book_is_a_sentence_in_both_languages(every_book):
    """What a citation opens is never empty, and says no key."""
    for book in every_book:
        for clause in book.clauses():
            said = describe(clause, book)
            assert said.zh
            assert said.en
            assert not [role for role in book.roles if f"{role} " in said.zh]


@pytest.mark.parametrize(
    ("clause", "zh", "en"),
    [
        (
            "ruian-16.lead_time",
            "提交、排期时必须符合：提前量，至少 0.5 个工作日（除外：时效新闻）；办公室主任可说明理由后放行",
            (
                "At submitting, scheduling, must hold: lead time, at least 0.5 working days (except Breaking news); "
                "Head of the office may set it aside with a reason"
            ),
        ),
        (
            "ruian-6.6.credential_holders",
            "每个账号的密码保管人：至少 1、至多 3",
            "holders of credentials of each account: at least 1, at most 3",
        ),
        (
            "ruian-6.6.rotate_credential",
            "保管人变动、管理员变动后，办公室主任必须更换密码（1 个工作日内）（逾期督办：办公室分管领导）",
            (
                "when a holder changes, the operator changes, Head of the office must rotate the credential "
                "(within 1 working day) (followed up by Supervising leader of the office)"
            ),
        ),
        (
            "ruian-11.push",
            "每个工作日，办公室编辑应当推送（21:00前）（可免除：办公室主任）（适用于微信公众平台）",
            (
                "each working day, Office editor should push (by 21:00) (may be waived by Head of the office) "
                "(for WeChat)"
            ),
        ),
    ],
)
def test_the_sentence_carries_the_clauses_own_numbers(books, clause, zh, en):
    """Composed from the clause, word for word."""
    said = describe(books["ruian"].clause(clause), books["ruian"])
    assert (said.zh, said.en) == (zh, en)


def test_a_deadline_before_an_event_says_so(hospital_text):
    """Half a day before the push."""
    book = loads(hospital_text.replace("within: 4 hour", "within: 0.5 workday before push.due"))
    said = describe(book.clause("hospital-6.rotate_credential"), book)
    assert "（推送时间前 0.5 个工作日内）" in said.zh
    assert "(within 0.5 working days before the push is due)" in said.en


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "零"), (1, "一"), (10, "十"), (16, "十六"), (20, "二十"), (25, "二十五"), (100, "一百"), (105, "一百零五"),
     (110, "一百一十"), (219, "二百一十九"), (999, "九百九十九")],
)  # fmt: skip
def test_numbers_are_written_as_in_regulations(number, written):
    """十六, not 一十六; 一百零五 with its zero."""
    assert chinese_number(number) == written


@pytest.mark.parametrize("number", [-1, 1000])
def test_numbers_no_regulation_has_are_refused(number):
    """Rather than written wrongly."""
    with pytest.raises(ValueError, match=str(number)):
        chinese_number(number)


def test_articles_are_cited_as_offices_cite_them(books):
    """第六条（三）, 附表一; Article 6(3), Form 1."""
    assert books["ruian"].article("ruian-6.3").citation.zh == "第六条（三）"
    assert books["ruian"].article("ruian-6.3").citation.en == "Article 6(3)"
    assert books["xartvu"].article("xartvu-F3").citation.zh == "附表三"
    assert books["ruian"].article("ruian-16").citation.zh == "第十六条"


@pytest.mark.parametrize(
    ("clause", "article"),
    [
        ("ruian-6.1.release_unit", "ruian-6.1"),
        ("ruian-20.error.found", "ruian-20"),
        ("xartvu-F1.registration", "xartvu-F1"),
        ("ruian-16", "ruian-16"),
        ("", ""),
    ],
)
def test_a_clause_id_tells_its_article(clause, article):
    """Names of clauses may have dots of their own; numbers of articles too."""
    assert article_of(clause) == article
