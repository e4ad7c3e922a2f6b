"""Reading a file: every fault is found, and said with line, article and mend."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.loading import load, loads
from guanhao.rulebook.problems import RulebookError
from guanhao.rulebook.yamltext import MOST_BYTES


def problems_of(text):
    with pytest.raises(RulebookError) as caught:
        loads(text, "book.yaml")
    return caught.value.problems


def only_problem(text):
    (problem,) = problems_of(text)
    return problem


def line_of(text, fragment):
    return next(number for number, line in enumerate(text.splitlines(), start=1) if fragment in line)


@pytest.mark.parametrize(
    ("right", "wrong", "article", "message", "mend"),
    [
        ("rule: lead_time, minimum:", "rule: lead_time, minimun:", "hospital-5", "minimun", "minimum"),
        ("rule: lead_time", "rule: leed_time", "hospital-5", "leed_time", "lead_time"),
        ("rule: lead_time", "rule: [lead_time]", "hospital-5", "['lead_time']", "Did you mean lead_time"),
        ("minimum: 3 day", "minimum: three days", "hospital-5", "three days", "0.5 workday"),
        ("at_most: 20, force", "at_most: twenty, force", "hospital-5", "twenty", "a whole number"),
        ("at_most: 20, force", "at_most: -1, force", "hospital-5", "-1", "a whole number"),
        ("force: hint", "force: hard", "hospital-5", "hard", "Known: block, hint, warn"),
        ("required: [physician, text]", "required: [physician, txt]", "hospital-5", "txt", "text"),
        ("except_classes: outbreak", "except_classes: outbraek", "hospital-5", "outbraek", "outbreak"),
        ('"18:30-19:30"', '"18:30-18:00"', "hospital-5", "18:30-18:00", "earlier time first"),
        ('"18:30-19:30"', '"12:00-19:30"', "hospital-5", "overlap", "Merge"),
        ('"18:30-19:30"', '"18:30-25:00"', "hospital-5", "25:00", "16:00-18:00"),
        ("at_most: 2, at_least: 2", "at_most: 2, at_least: 3", "hospital-5", "exceeds", "Correct"),
        ("at_most: 2, at_least: 2", "per: month", "hospital-5", "bounds nothing", "at_most"),
        ("must_differ: [author, physician]", "must_differ: [author, phys]", "hospital-4.2", "phys", "ward"),
        ("return_to: physician", "return_to: ethics", "hospital-4.2", "return_to", "author, physician"),
        ("role: host, must_differ", "role: hosts, must_differ", "hospital-4.2", "hosts", "host"),
        ("checklist: medical", "checklist: medicine", "hospital-4.2", "medicine", "medical"),
        ("        precedence: 1\n", "", "hospital-4.2", "neither goes first", "precedence"),
        ("        when: {content_class: outbreak}\n", "", "hospital-4.2", "never reached", "precedence"),
        ("        published_by: secretary\n", "", "hospital-4.2", "who publishes", "published_by"),
        ("on: holder.changed", "on: holder.chagned", "hospital-6", "holder.chagned", "holder.changed"),
        ("on: holder.changed, ", "", "hospital-6", "follows an event or returns", "every: workday"),
        ("within: 4 hour", "within: 4 parsecs", "hospital-6", "4 parsecs", "1 workday"),
        ("within: 4 hour", "within: {amount: 4}", "hospital-6", "exactly one of", "promptly"),
        ("by: {month: 6, part: middle}", "by: {month: 13}", "hospital-6", "no month 13", "month: 12"),
        ("by: {month: 6, part: middle}", "by: {month: 2, day: 30}", "hospital-6", "no day 30", "month: 12"),
        ("title: {zh: 自查账号, en: inspect own accounts}, ", "", "hospital-6", "free task", "title"),
        ("reaches: 3, do", "do", "hospital-6", "reached or missed", "reaches: 5"),
        ("points: 2.5", "points: lots", "hospital-6", "lots", "a number"),
        ("every: month, after", "every: month, opens: handle_incident, after", "hospital-6", "no route", "Add a route"),
        ("    records: [{name: consent", "    record: [{name: consent", "hospital-F1", "record", "records"),
        ("no: F1", "no: Form one", "hospital-Form one", "no article number", "F1"),
        ("no: F1", "no: 6", "hospital-6", "appears twice", "correct the number"),
        ("en: Medical review}, unit", "en: ''}, unit", "", "''", "both languages"),
        ("effective: 2025-03-01", "effective: 2025-02-30", "", "2025-02-30", "a date"),
        ("rest_weekdays: [7]", "rest_weekdays: [8]", "", "1 to 7", "[6, 7]"),
        ("breaks: [11:30-12:30]", "breaks: [16:00-17:00]", "", "outside working hours", "07:30-16:30"),
        ("units: [伦理委员会, 科研部]", "units: []", "", "Nobody carries", "units"),
        ("of: parent_of_owner", "of: function", "", "disagree", "functional unit"),
        ('version: "3"\n', "", "", "version is missing", "version: …"),
        ("  publicist: {title", "  Publicist-1: {title", "", "Publicist-1", "lower-case letters"),
        ("tier: 2}\n\nowner_kinds", "tier: second}\n\nowner_kinds", "", "second", "a whole number"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line_its_article_and_what_would_be_right(
    hospital_text, right, wrong, article, message, mend
):
    """Each fault of the grammar, written into a faultless file, is among its problems at the right place."""
    assert right in hospital_text
    text = hospital_text.replace(right, wrong, 1)
    found = [
        problem
        for problem in problems_of(text)
        if message in problem.message.en and mend in problem.mend.en and problem.article == article
    ]
    assert found, problems_of(text)
    assert all(problem.message.zh and problem.mend.zh for problem in found)
    assert all(0 < problem.line <= len(text.splitlines()) for problem in found)


def test_a_fault_points_at_the_line_it_stands_in(hospital_text):
    """Not at the article's first line, not at the clause's."""
    text = hospital_text.replace("role: host, must_differ", "role: hots, must_differ")
    assert only_problem(text).line == line_of(text, "role: hots")


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_the_file(hospital_text):
    """Three faults in three places are three problems."""
    text = (
        hospital_text.replace("rule: lead_time", "rule: leed_time")
        .replace("role: host, ", "role: hots, ")
        .replace("effective: 2025-03-01", "effective: soon")
    )
    problems = problems_of(text)
    assert [problem.article for problem in problems] == ["", "hospital-4.2", "hospital-5"]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_an_article_without_clauses_is_refused_because_silence_is_a_defect(hospital_text):
    """Whoever has nothing to enforce says so in a record."""
    text = hospital_text.replace("    records: [{reason: {zh: 只说明目的。, en: Purpose only.}}]\n", "")
    assert "no clause" in only_problem(text).message.en


def test_two_clauses_of_one_name_are_refused(hospital_text):
    """Ids are what decisions cite, so they are unique."""
    text = hospital_text.replace("        name: release_club\n", "        name: release_outbreak\n")
    assert "2 clauses hospital-4.2.release_outbreak" in only_problem(text).message.en


def test_a_fault_in_a_shared_checklist_is_told_once_where_it_stands(hospital_text):
    """Not again at every step that uses it."""
    text = hospital_text.replace("en: There is evidence}", "en: 7}")
    problem = only_problem(text)
    assert problem.line == line_of(text, "en: 7}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a rulebook"),
        ("- a\n- b\n", "not a rulebook"),
        ("rulebook: [unclosed\n", "not YAML"),
        ("rulebook: a\nrulebook: b\n", "written twice"),
        ("rulebook: a\ndocument: {title: x, title: y}\n", "written twice"),
        ("a: &a [x, x]\nb: [*a, *a]\n", "no YAML anchors"),
        ("a: &a\n  <<: *a\n", "no YAML anchors"),
        ("a: !!python/object/apply:os.system [ls]\n", "no YAML tags"),
        ("a: !custom b\n", "no YAML tags"),
        ("--- {a: b}\n--- {c: d}\n", "several documents"),
        ("a: " + "[" * 50 + "]" * 50, "too deep"),
        ("a: " + "{b: " * 50 + "1" + "}" * 50, "too deep"),
        ("[a, b]: c\n", "not a word"),
        ("a: \x07\n", "not YAML"),
        ("a: b: c\n", "not YAML"),
        ("#" * (MOST_BYTES + 1), "larger than 1 MB"),
    ],
)
def test_what_no_rulebook_needs_is_refused_before_anything_is_built(text, message):
    """Repeated keys, anchors, tags, several documents, depth and size each get their own sentence."""
    assert message in problems_of(text)[0].message.en


def test_an_anchor_bomb_is_refused_quickly():
    """Nine levels of nine aliases would be a billion items; the first anchor already ends it."""
    lines = ['a0: &a0 ["x"]', *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))]
    assert "no YAML anchors" in only_problem("\n".join(lines)).message.en


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00rulebook", b"x" * (MOST_BYTES + 1)])
def test_a_file_that_cannot_be_read_is_told_as_a_problem_not_an_accident(tmp_path, content):
    """Missing, not UTF-8, or too large."""
    file = tmp_path / "book.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RulebookError) as caught:
        load(file)
    assert str(file) in caught.value.problems[0].in_language("zh")


def test_a_rulebook_survives_storage_as_json(every_book):
    """What the database keeps makes an equal rulebook with an equal digest."""
    for book in every_book:
        stored = json.loads(json.dumps(book.to_json()))
        again = Rulebook.from_json(stored)
        assert again == book
        assert again.digest == book.digest


def test_stored_values_that_no_longer_fit_are_refused(hospital):
    """A later grammar says what it cannot read, it does not guess."""
    stored = hospital.to_json()
    with pytest.raises(RulebookError) as caught:
        Rulebook.from_json({**stored, "posts": {}})
    assert "“director” is not defined under posts." in {
        problem.message.en for problem in caught.value.problems
    }


def test_the_digest_depends_on_what_is_said_not_on_the_layout(hospital, hospital_text):
    """Comments and the order of keys change nothing; a number does."""
    reordered = hospital_text.replace(
        'rulebook: hospital\nversion: "3"\n', '# a comment\nversion: "3"\nrulebook: hospital\n'
    )
    assert reordered != hospital_text
    assert loads(reordered).digest == hospital.digest
    assert loads(hospital_text.replace("minimum: 3 day", "minimum: 2 day")).digest != hospital.digest


def test_article_numbers_keep_their_last_zero(hospital_text):
    """6.10 is the tenth part, not the first."""
    book = loads(hospital_text.replace("no: 4.2", "no: 4.10"))
    assert book.article("hospital-4.10").citation.zh == "第四条（十）"


def test_unknown_ids_are_answered_with_a_key_error(hospital):
    """Asking for what is not there is a mistake of the caller."""
    assert hospital.clause("hospital-5.window").article == "hospital-5"
    with pytest.raises(KeyError):
        hospital.clause("hospital-5.nothing")
    with pytest.raises(KeyError):
        hospital.article("hospital-99")


def test_a_rulebook_that_was_read_cannot_be_changed(hospital):
    """Everybody in a process shares it, so nobody may write to it."""
    with pytest.raises(FrozenInstanceError):
        hospital.clause("hospital-5.title_length").params.at_most = 99
    with pytest.raises(TypeError):
        hospital.roles["intruder"] = hospital.roles["director"]
    with pytest.raises(TypeError):
        hospital.forms["consent"].fields["patient"] = None
