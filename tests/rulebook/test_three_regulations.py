"""The three regulations as files: every article there, and the numbers, orders and roles that the articles ask for."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from guanhao.rulebook.selection import (
    checks_at,
    duties_every,
    duties_on,
    limits_on,
    route_for,
    tallies_of,
    watches_for,
)
from guanhao.rulebook.types import (
    Act,
    Check,
    Consequence,
    Day,
    Facts,
    Force,
    Happening,
    LimitSubject,
    Otherwise,
    Period,
    Role,
    RoleOf,
    Route,
    Sign,
    Span,
    Stage,
    StepAct,
    Task,
    Unit,
)

IDS = {
    "gpnu": [f"gpnu-{number}" for number in range(1, 26)],
    "xartvu": [*(f"xartvu-{number}" for number in range(1, 18)), "xartvu-F1", "xartvu-F2", "xartvu-F3"],
    "ruian": [
        *(f"ruian-{number}" for number in range(1, 6)),
        *(f"ruian-6.{part}" for part in range(1, 7)),
        *(f"ruian-{number}" for number in range(7, 25)),
        "ruian-F1",
    ],
}


def release(**facts):
    return Facts(act=Act.RELEASE, **facts)


def roles_of(route):
    return [step.role for step in route.steps]


def checks(book, rule, stage, **facts):
    return [check for check in checks_at(book, stage, Facts(**facts)) if check.rule == rule]


@pytest.mark.parametrize("key", IDS)
def test_every_article_of_the_regulation_stands_in_its_file_in_order(books, key):
    """No row of the articles' table is missing and none is invented."""
    assert [article.id for article in books[key].articles] == IDS[key]


@pytest.mark.parametrize("key", IDS)
def test_no_article_is_silent_and_every_one_speaks_both_languages(books, key):
    """Silence is a defect: an article has clauses, or says what cannot be expressed."""
    for article in books[key].articles:
        assert article.says.zh
        assert article.says.en
        assert [*article.clauses(), *article.not_expressible]


class TestRuian:
    """温州职业技术学院瑞安学院."""

    @pytest.mark.article("ruian-6.1")
    def test_a_sections_item_passes_head_leader_and_office_in_this_order(self, books):
        """Section head, then 分管领导, then the office, which publishes."""
        route = route_for(books["ruian"], release(contributor_kind="unit", owner_kind="section"))
        assert roles_of(route) == ["section_head", "section_leader", "office_editor"]
        assert route.published_by == "office_operator"
        assert all("author" in step.must_differ for step in route.steps)

    @pytest.mark.article("ruian-6.1")
    @pytest.mark.parametrize("kind", ["student", "staff"])
    def test_an_individuals_item_goes_straight_to_the_office(self, books, kind):
        """Students and staff need no section."""
        route = route_for(books["ruian"], release(contributor_kind=kind))
        assert roles_of(route) == ["office_editor"]
        assert route.article == "ruian-6.1"

    @pytest.mark.article("ruian-6.1")
    def test_the_offices_own_item_is_reviewed_by_another_editor(self, books):
        """The author of an office item cannot be its reviewer."""
        (step,) = route_for(books["ruian"], release(contributor_kind="office")).steps
        assert step.must_differ == ("author",)

    @pytest.mark.article("ruian-6.2")
    def test_the_office_review_asks_the_five_criteria_layout_typos_and_law(self, books):
        """The checklist of the office's step has every criterion, all required."""
        (step,) = route_for(books["ruian"], release(contributor_kind="student")).steps
        asked = {item.key for item in step.checklist if item.required}
        assert asked == {
            "truth", "accuracy", "positivity", "applicability", "timeliness", "layout", "typos", "lawful"
        }  # fmt: skip
        assert step.return_to == "author"

    @pytest.mark.article("ruian-6.3")
    def test_individuals_also_credit_the_texts_author(self, books):
        """Editor, pictures, layout for all; text for students and staff."""
        book = books["ruian"]
        for kind, expected in (("unit", 1), ("student", 2), ("staff", 2)):
            required = [
                check.params.required
                for check in checks(book, "credits", Stage.SCHEDULE, contributor_kind=kind)
            ]
            assert len(required) == expected
            assert ("editor", "pictures", "layout") in required
        assert ("text",) in required

    @pytest.mark.article("ruian-6.3")
    def test_only_the_office_sends_and_only_what_was_approved(self, books):
        """At sending: published by the office's operator, approved, source stated."""
        rules = {
            check.rule: check
            for check in checks_at(books["ruian"], Stage.SEND, Facts(contributor_kind="unit"))
        }
        assert rules["published_by"].params.role == "office_operator"
        assert {"approved", "source_stated"} <= set(rules)
        assert rules["approved"].override_by is None

    @pytest.mark.article("ruian-6.6")
    def test_three_hold_the_password_at_most_and_it_is_rotated_when_people_change(self, books):
        """The rule of three, and the duty after a change."""
        (limit,) = limits_on(books["ruian"], LimitSubject.CREDENTIAL_HOLDERS)
        assert limit.at_most == 3
        (duty,) = duties_on(books["ruian"], Happening.HOLDER_CHANGED)
        assert duty.do is Task.ROTATE_CREDENTIAL
        assert duty.within.span == Span(Decimal(1), Unit.WORKDAY)

    @pytest.mark.article("ruian-8")
    def test_a_section_owes_one_item_a_week_and_twenty_a_term(self, books):
        """The weekly duty and both counts."""
        (duty,) = [
            duty
            for duty in duties_every(books["ruian"], Period.WEEK, Facts(owner_kind="section"))
            if duty.do is Task.SUPPLY_ARTICLES
        ]
        assert duty.at_least == 1
        targets = {
            tally.per: tally.target
            for tally in tallies_of(
                books["ruian"], Happening.ARTICLE_ACCEPTED, Facts(contributor_kind="unit")
            )
        }
        assert targets == {Period.WEEK: 1, Period.TERM: 20}

    @pytest.mark.article("ruian-11")
    def test_the_windows_are_late_afternoon_and_evening_and_news_is_exempt(self, books):
        """16–18 and 20–21 on working days; other days free."""
        (check,) = checks(books["ruian"], "window", Stage.SEND)
        assert [(span.start, span.end) for span in check.params.spans] == [
            (time(16), time(18)),
            (time(20), time(21)),
        ]
        assert check.params.days == (Day.WORKDAY,)
        assert check.params.otherwise is Otherwise.FREE
        assert not checks(books["ruian"], "window", Stage.SEND, content_classes=frozenset({"breaking_news"}))

    @pytest.mark.article("ruian-11")
    def test_at_least_one_push_is_owed_each_working_day(self, books):
        """The calendar shows its gaps by this duty; of the WeChat account, not of a group chat that is on file."""
        (duty,) = duties_every(books["ruian"], Period.WORKDAY, Facts(platform="wechat"))
        assert duties_every(books["ruian"], Period.WORKDAY, Facts(platform="wechat_group")) == ()
        assert (duty.do, duty.at_least, duty.article) == (Task.PUSH, 1, "ruian-11")

    @pytest.mark.article("ruian-16")
    def test_articles_come_half_a_working_day_ahead_unless_they_are_breaking_news(self, books):
        """0.5 workday, exactly; blocking; news exempt."""
        (check,) = checks(books["ruian"], "lead_time", Stage.SCHEDULE)
        assert check.params.minimum == Span(Decimal("0.5"), Unit.WORKDAY)
        assert check.force is Force.BLOCK
        assert not checks(
            books["ruian"], "lead_time", Stage.SCHEDULE, content_classes=frozenset({"breaking_news"})
        )

    @pytest.mark.article("ruian-17")
    def test_students_earn_a_point_an_item_up_to_twenty_and_prizes_of_sixty_forty_twenty(self, books):
        """Points, cap and prizes."""
        student = Facts(contributor_kind="student")
        (points,) = tallies_of(books["ruian"], Happening.ARTICLE_ACCEPTED, student)
        (prizes,) = tallies_of(books["ruian"], Happening.ARTICLE_PUBLISHED, student)
        assert (points.points, points.points_at_most) == (1, 20)
        assert [(prize.rank, prize.points) for prize in prizes.prizes] == [(1, 60), (2, 40), (3, 20)]

    @pytest.mark.article("ruian-20")
    def test_five_errors_warn_and_eight_lead_to_a_talk_for_sections_only(self, books):
        """Individuals' items are returned without warning."""
        (tally,) = tallies_of(books["ruian"], Happening.ERROR_FOUND, Facts(contributor_kind="unit"))
        assert [(mark.reaches, mark.do) for mark in tally.marks] == [
            (5, Consequence.WARN),
            (8, Consequence.REPORT_AND_TALK),
        ]
        assert not tallies_of(books["ruian"], Happening.ERROR_FOUND, Facts(contributor_kind="student"))


class TestGpnu:
    """广东技术师范学院."""

    @pytest.mark.article("gpnu-10")
    def test_a_units_own_account_needs_the_publishing_units_supervising_leader(self, books):
        """One step, relative to the account's unit."""
        route = route_for(books["gpnu"], release(contributor_kind="unit", account_use="unit"))
        assert roles_of(route) == ["publisher_leader"]
        assert books["gpnu"].roles["publisher_leader"].of is RoleOf.PUBLISHER

    @pytest.mark.article("gpnu-14")
    def test_the_flagship_needs_the_competent_office_in_addition(self, books):
        """The providing unit's leader, then the Propaganda Dept."""
        route = route_for(books["gpnu"], release(contributor_kind="unit", account_use="flagship"))
        assert roles_of(route) == ["unit_leader", "propaganda_head"]
        assert route.article == "gpnu-14"

    @pytest.mark.article("gpnu-9")
    @pytest.mark.parametrize("kind", ["major_event", "emergency", "sensitive"])
    def test_a_sensitive_article_needs_an_authorisation_and_the_higher_step(self, books, kind):
        """The file is asked for, and the competent office joins the route (AP7)."""
        classes = frozenset({kind})
        route = route_for(books["gpnu"], release(account_use="unit", content_classes=classes))
        assert roles_of(route) == ["publisher_leader", "propaganda_head"]
        assert kind in route.steps[-1].authorises
        (check,) = checks(books["gpnu"], "authorisation", Stage.SEND, content_classes=classes)
        assert kind in check.params.classes

    @pytest.mark.article("gpnu-6")
    def test_opening_is_signed_sealed_approved_and_verification_is_owed(self, books):
        """Sign, seal, consent, open it, register; then the duty to have the account verified."""
        route = route_for(books["gpnu"], Facts(act=Act.OPEN_ACCOUNT, owner_kind="college"))
        assert [step.act for step in route.steps] == [
            StepAct.SIGN, StepAct.SEAL, StepAct.CONSENT, StepAct.CARRY_OUT, StepAct.REGISTER
        ]  # fmt: skip
        assert Task.VERIFY_ACCOUNT in {duty.do for duty in duties_on(books["gpnu"], Happening.ACCOUNT_OPENED)}

    @pytest.mark.article("gpnu-7")
    @pytest.mark.parametrize(
        ("kind", "approver"),
        [("league_organisation", "league_head"), ("affairs_organisation", "student_affairs_head")],
    )
    def test_student_bodies_are_approved_as_they_belong_and_filed(self, books, kind, approver):
        """团委 or 学生处, then 备案, and only then is it opened."""
        route = route_for(books["gpnu"], Facts(act=Act.OPEN_ACCOUNT, owner_kind=kind))
        assert approver in roles_of(route)
        assert [step.act for step in route.steps[-2:]] == [StepAct.REGISTER, StepAct.CARRY_OUT]

    @pytest.mark.article("gpnu-12")
    def test_the_coordination_group_has_its_nine_units(self, books):
        """All nine can be asked for a joint opinion."""
        assert len(books["gpnu"].functions["coordination_group"].all_units) == 9

    @pytest.mark.article("gpnu-13")
    def test_an_account_has_exactly_one_first_responsible_person(self, books):
        """The unit's head."""
        (limit,) = limits_on(books["gpnu"], LimitSubject.RESPONSIBLE_PERSONS)
        assert (limit.at_least, limit.at_most, limit.who) == (1, 1, ("unit_head",))

    @pytest.mark.article("gpnu-15")
    def test_a_change_of_leader_or_operator_owes_a_new_password_and_a_filing(self, books):
        """Both duties follow both events."""
        for event in (Happening.LEADER_CHANGED, Happening.OPERATOR_CHANGED):
            tasks = {duty.do for duty in duties_on(books["gpnu"], event)}
            assert tasks == {Task.ROTATE_CREDENTIAL, Task.FILE_PERSONS}


class TestXartvu:
    """西安广播电视大学."""

    @pytest.mark.article("xartvu-10")
    def test_the_departments_head_approves_and_propaganda_watches_afterwards(self, books):
        """One step before release, a watch after it."""
        route = route_for(books["xartvu"], release(contributor_kind="unit"))
        assert roles_of(route) == ["publisher_head"]
        assert route.published_by == "publisher_operator"
        (watch,) = watches_for(books["xartvu"], Sign.CONTENT_AFTER_RELEASE)
        assert watch.by == "propaganda_editor"

    @pytest.mark.article("xartvu-12")
    def test_secrecy_is_looked_for_and_confirmed_by_a_reviewer(self, books):
        """Markings at every stage, the confirmation at review, its items on the head's checklist."""
        book = books["xartvu"]
        assert checks(book, "secrecy_markings", Stage.SEND)
        (check,) = checks(book, "secrecy_confirmation", Stage.REVIEW)
        (step,) = route_for(book, release()).steps
        assert set(check.params.items) <= {item.key for item in step.checklist}

    @pytest.mark.article("xartvu-6")
    def test_a_new_account_is_built_by_the_technical_unit_after_approval(self, books):
        """The technical unit's task stands between approval and filing number."""
        route = route_for(books["xartvu"], Facts(act=Act.OPEN_ACCOUNT))
        acts = {step.key: step.act for step in route.steps}
        assert list(acts)[-3:] == ["approve", "build", "number"]
        assert acts["build"] is StepAct.CARRY_OUT
        assert books["xartvu"].roles[route.step("build").role].function == "technical_unit"

    @pytest.mark.article("xartvu-7")
    def test_every_account_is_inspected_once_a_year(self, books):
        """The duty, its window in December, and the route of the audit."""
        (duty,) = duties_every(books["xartvu"], Period.YEAR)
        assert (duty.do, duty.within.opens.month, duty.within.by.month) == (Task.INSPECT, 12, 12)
        assert route_for(books["xartvu"], Facts(act=Act.ANNUAL_INSPECTION)).form == "inspection"

    @pytest.mark.article("xartvu-9")
    def test_the_two_flagships_are_known_by_their_platform_ids(self, books):
        """As the regulation names them, run by propaganda."""
        known = books["xartvu"].accounts.values()
        assert {account.platform_id for account in known} == {"3512771853", "xartvu1979"}
        assert {(account.use, account.run_by) for account in known} == {("flagship", "propaganda")}

    @pytest.mark.article("xartvu-F1")
    def test_only_the_registrar_fills_the_filing_number_of_a_form(self, books):
        """备案编号 is greyed out for applicants on all three forms."""
        for form in books["xartvu"].forms.values():
            assert form.fields["number"].filled_by == "office"
            assert form.numbered_by == "registrar"
            assert form.seal


def test_every_role_and_checklist_is_used_somewhere(books):
    """A role that no clause, form or step names is a leftover."""
    for book in books.values():
        text = repr([book.articles, book.forms])
        assert not [role for role in book.roles if f"'{role}'" not in text]


def test_release_is_decided_for_every_kind_of_contributor_and_nobody_approves_alone(books):
    """Each combination of facts finds a route whose steps all bar the author."""
    for book in books.values():
        for kind in book.contributor_kinds:
            for use in book.account_uses:
                route = route_for(book, release(contributor_kind=kind, account_use=use))
                assert all("author" in step.must_differ for step in route.steps)


def test_the_typed_clauses_are_what_the_engine_imports(books):
    """`of_kind` answers exactly the clauses of a kind."""
    for book in books.values():
        assert len(book.of_kind(Route)) + len(book.of_kind(Check)) < len(list(book.clauses()))
        assert all(isinstance(role, Role) for role in book.roles.values())
