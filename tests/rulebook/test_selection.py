"""The decision table: which route a matter takes, and which clauses meet it."""

from __future__ import annotations

import pytest

from guanhao.rulebook.loading import loads
from guanhao.rulebook.problems import RulebookError
from guanhao.rulebook.selection import NoRoute, checks_at, duties_on, limits_on, route_for, watches_for
from guanhao.rulebook.selectors import Facts, Selector
from guanhao.rulebook.types import Act, Happening, LimitSubject, Sign, Stage


def chosen(book, **facts):
    return route_for(book, Facts(act=Act.RELEASE, **facts)).name


def test_a_route_without_conditions_is_the_default(hospital):
    """A ward's ordinary article takes the route that names nothing."""
    assert chosen(hospital, owner_kind="ward") == ""


def test_the_route_naming_more_facets_goes_first(hospital):
    """A club's article takes the club's route though the default would do."""
    assert chosen(hospital, owner_kind="club") == "release_club"


def test_an_exemption_sends_the_matter_to_the_next_route(hospital):
    """On Douyin the club's route does not apply, so the default does."""
    assert chosen(hospital, owner_kind="club", platform="douyin") == ""


def test_precedence_beats_the_number_of_facets(hospital):
    """An outbreak is the secretary's whoever writes about it."""
    classes = frozenset({"outbreak", "drug"})
    assert chosen(hospital, owner_kind="club", content_classes=classes) == "release_outbreak"


def test_steps_that_do_not_apply_are_left_out_and_the_others_keep_their_order(hospital):
    """Ethics is asked about patients' stories only."""
    plain = route_for(hospital, Facts(act=Act.RELEASE))
    story = route_for(hospital, Facts(act=Act.RELEASE, content_classes=frozenset({"patient_story"})))
    assert [step.key for step in plain.steps] == ["physician", "ward"]
    assert [step.key for step in story.steps] == ["physician", "ward", "ethics"]


def test_without_a_route_nothing_passes_and_the_sentence_says_so(hospital):
    """Absence denies; both languages name the rulebook."""
    with pytest.raises(NoRoute) as caught:
        route_for(hospital, Facts(act=Act.DISCLOSE))
    assert "新媒体平台管理规定" in caught.value.sentence.zh
    assert "Rules for new-media platforms" in caught.value.sentence.en


def test_a_route_none_of_whose_steps_applies_approves_nothing(hospital_text):
    """A matter that would need nobody's consent is refused instead."""
    text = hospital_text.replace(
        "role: host, must_differ", "role: host, when: {platform: douyin}, must_differ"
    )
    with pytest.raises(NoRoute) as caught:
        route_for(loads(text), Facts(act=Act.RELEASE, owner_kind="club"))
    assert "release_club" in caught.value.sentence.en


def test_the_order_of_the_file_never_decides(hospital, hospital_text):
    """Two routes moved past each other choose as before."""
    start = hospital_text.index("      - act: release\n        name: release_outbreak")
    end = hospital_text.index("      - act: release\n        name: release_club")
    stop = hospital_text.index("\n  - no: 5\n")
    moved = hospital_text[:start] + hospital_text[end:stop] + hospital_text[start:end] + hospital_text[stop:]
    other = loads(moved)
    for owner in ("ward", "club", "hospital"):
        for classes in (frozenset(), frozenset({"outbreak"}), frozenset({"patient_story"})):
            facts = Facts(act=Act.RELEASE, owner_kind=owner, content_classes=classes)
            assert route_for(other, facts) == route_for(hospital, facts)


def test_two_routes_that_could_tie_are_a_fault_of_the_file(hospital_text):
    """Content classes may come together, so two routes for two classes tie."""
    text = hospital_text.replace(
        "when: {owner_kind: club}\n        unless: {platform: douyin}\n", "when: {content_class: drug}\n"
    )
    text = text.replace("        precedence: 1\n", "")
    with pytest.raises(RulebookError) as caught:
        loads(text)
    assert "neither goes first" in str(caught.value)


def test_exclusive_conditions_do_not_tie(hospital_text):
    """Two kinds of owner exclude each other."""
    text = hospital_text.replace("when: {content_class: outbreak}", "when: {owner_kind: ward}").replace(
        "        precedence: 1\n", ""
    )
    assert chosen(loads(text), owner_kind="ward") == "release_outbreak"


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (Facts(), {"lead_time", "terms", "title_length"}),
        (Facts(account_use="science"), {"lead_time", "terms", "title_length", "credits"}),
        (Facts(account_use="appointment"), {"terms", "title_length"}),
        (Facts(platform="wechat"), {"lead_time", "terms", "title_length"}),
        (Facts(platform="wechat", tier=1), {"lead_time", "terms", "title_length", "link_hosts"}),
        (Facts(platform="wechat", tier=0), {"lead_time", "terms", "title_length"}),
    ],
)
def test_checks_are_asked_by_stage_and_facts(hospital, facts, rules):
    """Every facet named must hold; an unknown fact does not hold; exemptions take away."""
    assert {check.rule for check in checks_at(hospital, Stage.SUBMIT, facts)} == rules


def test_exempt_content_classes_take_a_check_away(hospital):
    """The window does not bind news of an outbreak."""
    assert [check.rule for check in checks_at(hospital, Stage.SEND, Facts())] == ["window"]
    assert not checks_at(hospital, Stage.SEND, Facts(content_classes=frozenset({"outbreak", "drug"})))


def test_limits_duties_and_watches_are_found_by_what_they_are_about(hospital):
    """By subject, by event, by sign."""
    assert [limit.at_most for limit in limits_on(hospital, LimitSubject.CREDENTIAL_HOLDERS)] == [2]
    assert not limits_on(hospital, LimitSubject.PUSHES)
    assert limits_on(hospital, LimitSubject.PUSHES, Facts(account_kind="service"))
    assert [duty.id for duty in duties_on(hospital, Happening.ABUSE_REPORTED)] == ["hospital-6.report"]
    assert [watch.after.amount for watch in watches_for(hospital, Sign.DORMANCY)] == [14]


class TestSelector:
    """Conditions compared with each other, which the file's consistency rests on."""

    def test_covering_means_accepting_everything_the_other_accepts(self):
        """Fewer facets or more values cover."""
        narrow = Selector(platform=("wechat",), tier=(1,))
        assert Selector().covers(narrow)
        assert Selector(platform=("wechat", "weibo")).covers(narrow)
        assert not narrow.covers(Selector(platform=("wechat",)))

    def test_overlap_needs_a_common_value_in_every_facet_both_name(self):
        """Exclusive in one facet is exclusive."""
        wechat = Selector(platform=("wechat",))
        assert wechat.overlaps(Selector(tier=(1,)))
        assert not wechat.overlaps(Selector(platform=("weibo",), tier=(1,)))
        assert Selector(content_class=("a",)).overlaps(Selector(content_class=("b",)))
