"""What a new version changes, and whether it is stricter or laxer (AP6)."""

from __future__ import annotations

import pytest

from guanhao.rulebook.diff import Leaning, diff, is_laxer
from guanhao.rulebook.loading import loads

STRICTER, LAXER, NEUTRAL, UNCLEAR = Leaning.STRICTER, Leaning.LAXER, Leaning.NEUTRAL, Leaning.UNCLEAR

CHANGES = [
    ("minimum: 3 day", "minimum: 5 day", "hospital-5.lead_time", "minimum", STRICTER),
    ("minimum: 3 day", "minimum: 2 day", "hospital-5.lead_time", "minimum", LAXER),
    ("minimum: 3 day", "minimum: 1 week", "hospital-5.lead_time", "minimum", STRICTER),
    ("at_most: 20, force", "at_most: 30, force", "hospital-5.title_length", "at_most", LAXER),
    ("at_most: 20, force", "at_most: 15, force", "hospital-5.title_length", "at_most", STRICTER),
    ("force: hint", "force: block", "hospital-5.title_length", "force", STRICTER),
    ("at: [submit, review], rule: terms", "at: [submit, review], force: warn, rule: terms", "hospital-5.terms", "force", LAXER),
    ("at: [submit, review], rule: terms", "at: [review], rule: terms", "hospital-5.terms", "at", LAXER),
    ("at: [submit, review], rule: terms", "at: [submit, review, send], rule: terms", "hospital-5.terms", "at", STRICTER),
    ("at: [submit, review], rule: terms", "at: [submit, send], rule: terms", "hospital-5.terms", "at", UNCLEAR),
    ("required: [physician, text]", "required: text", "hospital-5.credits", "required", LAXER),
    ("when: {account_use: science}", "when: {account_use: [science, appointment]}", "hospital-5.credits", "when", STRICTER),
    (", when: {account_use: science}", "", "hospital-5.credits", "when", STRICTER),
    ("when: {account_use: science}", "when: {account_use: appointment}", "hospital-5.credits", "when", UNCLEAR),
    (", unless: {account_use: appointment}", "", "hospital-5.lead_time", "unless", STRICTER),
    ("unless: {account_use: appointment}", "unless: {account_use: [appointment, science]}", "hospital-5.lead_time", "unless", LAXER),
    ("override_by: publicist", "override_by: secretary", "hospital-5.lead_time", "override_by", UNCLEAR),
    ("except_classes: outbreak", "except_classes: [outbreak, drug]", "hospital-5.window", "except_classes", LAXER),
    (", otherwise: closed", ", otherwise: free", "hospital-5.window", "otherwise", UNCLEAR),
    ("at_most: 2, at_least: 2", "at_most: 3, at_least: 2", "hospital-5.credential_holders", "at_most", LAXER),
    ("at_most: 2, at_least: 2", "at_least: 2", "hospital-5.credential_holders", "at_most", LAXER),
    ("at_most: 2, at_least: 2", "at_most: 2", "hospital-5.credential_holders", "at_least", LAXER),
    ("within: 4 hour", "within: 8 hour", "hospital-6.rotate_credential", "within", LAXER),
    ("within: 4 hour", "within: 1 hour", "hospital-6.rotate_credential", "within", STRICTER),
    ("within: 4 hour", "within: promptly", "hospital-6.rotate_credential", "within", UNCLEAR),
    ("en: inspect own accounts", "en: look over own accounts", "hospital-6.task", "title", NEUTRAL),
    ("quorum: all, return_to", "return_to", "hospital-4.2.release", "steps.ward.quorum", LAXER),
    ("must_differ: [author, physician]", "must_differ: author", "hospital-4.2.release", "steps.ethics.must_differ", LAXER),
    ("when: {content_class: patient_story}\n", "when: {content_class: [patient_story, drug]}\n", "hospital-4.2.release", "steps.ethics.when", STRICTER),
    ("within: 2 workday", "within: 1 workday", "hospital-4.2.release", "steps.physician.within", STRICTER),
    ("role: head_nurse, act", "role: director, act", "hospital-4.2.release", "steps.ward.role", UNCLEAR),
    ("en: Medical review}, role", "en: Physician's review}, role", "hospital-4.2.release", "steps.physician.title", NEUTRAL),
    ("en: Pictured patients have consented}, required: false", "en: Pictured patients have consented}", "hospital-4.2.release", "steps.physician.checklist.picture_consent.required", STRICTER),
    ("    - {key: no_promise, text: {zh: 不承诺疗效, en: It promises no cure}}\n", "", "hospital-4.2.release", "steps.physician.checklist.no_promise", LAXER),
    ("when: {owner_kind: club}", "when: {owner_kind: [club, ward]}", "hospital-4.2.release_club", "when", UNCLEAR),
]  # fmt: skip


@pytest.mark.requirement("AP6")
@pytest.mark.parametrize(("before", "after", "clause", "field", "leaning"), CHANGES)
def test_each_change_is_told_with_its_leaning(hospital, hospital_text, before, after, clause, field, leaning):
    """One edit of the file is one change of a clause's field, leaning the way a lawyer would say."""
    assert before in hospital_text
    new = loads(hospital_text.replace(before, after, 1))
    changed = {(change.clause, change.field): change.leaning for change in diff(hospital, new)}
    assert changed.get((clause, field)) is leaning
    assert {named for named, _ in changed if named} == {clause}


@pytest.mark.requirement("AP6")
@pytest.mark.parametrize(("before", "after", "clause", "field", "leaning"), CHANGES)
def test_what_is_laxer_or_unclear_must_not_benefit_what_is_submitted(
    hospital, hospital_text, before, after, clause, field, leaning
):
    """The engine's question is answered with yes exactly when the change is not surely harmless."""
    new = loads(hospital_text.replace(before, after, 1))
    assert is_laxer(hospital, new, clause) == (leaning in {LAXER, UNCLEAR}), field
    assert not is_laxer(hospital, new, "hospital-1.record")


def without(text, fragment):
    return "".join(line for line in text.splitlines(keepends=True) if fragment not in line)


@pytest.mark.requirement("AP6")
def test_a_clause_that_goes_is_laxer_and_one_that_comes_is_stricter(hospital, hospital_text):
    """A removed check lets more pass; read the other way round, it is new."""
    fewer = loads(without(hospital_text, "rule: terms"))
    (gone,) = diff(hospital, fewer)
    (come,) = diff(fewer, hospital)
    assert (gone.clause, gone.leaning) == ("hospital-5.terms", LAXER)
    assert (come.clause, come.leaning) == ("hospital-5.terms", STRICTER)
    assert is_laxer(hospital, fewer, "hospital-5.terms")
    assert not is_laxer(fewer, hospital, "hospital-5.terms")


@pytest.mark.requirement("AP6")
def test_a_step_that_goes_is_laxer_one_that_comes_stricter_another_order_unclear(hospital, hospital_text):
    """The heart of a route: who is asked, and when."""
    fewer = loads(without(hospital_text, "{key: ward,"))
    assert {(change.field, change.leaning) for change in diff(hospital, fewer)} == {("steps.ward", LAXER)}
    assert {(change.field, change.leaning) for change in diff(fewer, hospital)} == {("steps.ward", STRICTER)}
    lines = hospital_text.replace(", return_to: physician", "").splitlines(keepends=True)
    plain = loads("".join(lines))
    first = next(index for index, line in enumerate(lines) if "{key: physician," in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    assert {(change.field, change.leaning) for change in diff(plain, loads("".join(lines)))} == {
        ("steps", UNCLEAR)
    }


def test_a_route_that_comes_or_goes_cannot_be_weighed_by_itself(hospital, hospital_text):
    """Its matters fall to another route, which may ask more or less."""
    start, stop = (
        hospital_text.index("      - act: release\n        name: release_club"),
        hospital_text.index("\n  - no: 5\n"),
    )
    fewer = loads(hospital_text[:start] + hospital_text[stop:].replace("parent_of_owner", "owner"))
    assert {change.leaning for change in diff(hospital, fewer) if change.clause} == {UNCLEAR}


def test_a_record_that_goes_is_neutral(hospital, hospital_text):
    """Nothing was enforced, so nothing is weakened."""
    fewer = loads(hospital_text[: hospital_text.index("  - no: F1")])
    assert [change.leaning for change in diff(hospital, fewer)] == [NEUTRAL]


@pytest.mark.parametrize(
    ("before", "after", "field", "leaning"),
    [
        ("post: secretary, of: institution", "post: member, of: institution", "roles.secretary", UNCLEAR),
        ("unit: 医务部", "unit: 门诊部", "functions.medical_affairs", UNCLEAR),
        ("07:30-16:30", "08:00-17:00", "calendar", UNCLEAR),
        ("  science: {title: {zh: 科普", "  extra: {title: {zh: 新, en: New}}\n  science: {title: {zh: 科普", "categories.extra", NEUTRAL),
    ],
)  # fmt: skip
def test_definitions_are_compared_too(hospital, hospital_text, before, after, field, leaning):
    """Who a role is decides who approves, so a change of it is never waved through."""
    assert before in hospital_text
    (change,) = diff(hospital, loads(hospital_text.replace(before, after, 1)))
    assert (change.clause, change.field, change.leaning) == ("", field, leaning)


def test_a_book_does_not_differ_from_itself_and_layout_is_no_change(every_book, hospital, hospital_text):
    """Version and dates alone are no difference in meaning."""
    assert not [change for book in every_book for change in diff(book, book)]
    assert not diff(hospital, loads(hospital_text.replace('version: "3"', 'version: "4"')))


def test_the_sentence_says_before_after_and_leaning_in_both_languages(hospital, hospital_text):
    """What the adoption page shows."""
    (change,) = diff(hospital, loads(hospital_text.replace("minimum: 3 day", "minimum: 2 day")))
    assert change.sentence.zh == "hospital-5.lead_time: minimum 由“3 day”改为“2 day”（放宽）"
    assert change.sentence.en == "hospital-5.lead_time: minimum changed from “3 day” to “2 day” (laxer)"
