"""A rulebook becomes the version in force, or is refused with a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guanhao.core import clock, tenancy
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.people.models import UnitFunction
from guanhao.regulation.actions import adopt, map_functions
from guanhao.regulation.models import RulebookVersion
from guanhao.regulation.queries import in_force, of_version, versions
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.loading import loads
from guanhao.rulebook.problems import RulebookError
from tests.cases.house import SYSTEM, lived_in, route, rulebook, step

HEAD = route(step("head", "unit_head"))
HEAD_AND_LEADER = route(step("head", "unit_head"), step("leader", "unit_leader"))


def put(house, *routes, **more):
    return adopt(actor=SYSTEM, institution=house.institution, source=rulebook(*routes, **more))


def test_an_adopted_rulebook_is_stored_as_written_and_as_understood(house):
    """The file, its canonical content and its digest are kept; reading the content back gives equal rules."""
    text = rulebook(HEAD)
    person = house.person("主任")
    version = adopt(actor=actor_of(person), institution=house.institution, source=text)
    version.refresh_from_db()
    assert version.source == text
    assert of_version(version) == loads(text)
    assert version.digest == loads(text).digest
    assert version.adopted_by == person
    assert in_force(house.institution).version == version


def test_a_file_with_faults_is_refused_with_all_of_them(house):
    """Nothing is stored, no event is written."""
    broken = rulebook(route(step("head", "nobody"), step("again", "no_one_either")))
    with pytest.raises(RulebookError) as caught:
        adopt(actor=SYSTEM, institution=house.institution, source=broken, file="house.yaml")
    assert len(caught.value.problems) >= 2
    assert not RulebookVersion.objects.exists()
    assert not Event.objects.filter(action="rulebook.adopted").exists()


def test_adopting_is_one_event_that_tells_what_changed(house):
    """Digest, dates, and how many changes are stricter or laxer than before."""
    first = put(house, HEAD)
    second = put(house, HEAD_AND_LEADER, version="2", effective=clock.today().isoformat())
    events = list(Event.objects.filter(action="rulebook.adopted").order_by("index"))
    assert [event.facts["digest"] for event in events] == [first.digest, second.digest]
    assert events[0].facts["before"] is None
    assert events[1].facts["before"] == first.digest
    assert events[1].facts["changes"]["stricter"] >= 1


def test_the_same_rules_are_not_adopted_twice(house):
    """The layout of the file does not matter: equal rules, equal digest."""
    put(house, HEAD)
    with pytest.raises(Refused, match="采用过"):
        adopt(actor=SYSTEM, institution=house.institution, source="  " + rulebook(HEAD))
    assert RulebookVersion.objects.count() == 1


def test_a_version_is_in_force_from_its_effective_date(house):
    """Until then the one before it is; before the first there is none."""
    tomorrow = clock.today() + timedelta(days=1)
    first = put(house, HEAD, effective="2020-01-01")
    second = put(house, HEAD_AND_LEADER, version="2", effective=tomorrow.isoformat())
    assert in_force(house.institution).version == first
    assert in_force(house.institution, on=tomorrow).version == second
    assert list(versions(house.institution)) == [second, first]
    with pytest.raises(NoRulebook):
        in_force(house.institution, on=date(2019, 12, 31))


def test_of_two_versions_for_the_same_day_the_later_adopted_prevails(house):
    """A correction on the day replaces what it corrects."""
    put(house, HEAD, effective=clock.today().isoformat())
    second = put(house, HEAD_AND_LEADER, version="2", effective=clock.today().isoformat())
    assert in_force(house.institution).version == second


def test_a_version_that_could_never_be_in_force_is_refused(house):
    """Its date lies before that of the version in force."""
    put(house, HEAD, effective="2021-01-01")
    with pytest.raises(Refused, match="不会生效"):
        put(house, HEAD_AND_LEADER, version="2", effective="2020-06-01")


@pytest.mark.requirement("AP6")
def test_laxer_rules_do_not_reach_back(house):
    """Dropping a step as of last year is refused, naming what is laxer; as of today it may be done."""
    put(house, HEAD_AND_LEADER, effective="2020-01-01")
    with pytest.raises(Refused, match="溯及既往") as caught:
        put(house, HEAD, version="2", effective="2021-01-01")
    assert "house-1" in caught.value.denied.reason.zh
    assert put(house, HEAD, version="2", effective=clock.today().isoformat())


def test_stricter_rules_may_take_effect_at_an_earlier_date(house):
    """Adding a step harms nobody's trust that less was allowed."""
    put(house, HEAD, effective="2020-01-01")
    later = put(house, HEAD_AND_LEADER, version="2", effective="2021-01-01")
    assert in_force(house.institution).version == later


def test_units_named_by_a_function_are_entered_as_such(house):
    """By name or short name; a second adoption enters nothing twice."""
    put(house, HEAD)
    put(house, HEAD_AND_LEADER, version="2", effective=clock.today().isoformat())
    pairs = set(UnitFunction.objects.values_list("function", "unit__name"))
    assert pairs == {("competent_office", "办公室"), ("both", "甲科"), ("both", "乙科")}


def test_functions_no_unit_carries_are_told_and_can_be_mapped_later(house):
    """The event lists them; once the unit exists, mapping again finds it."""
    house.units["办公室"].name = "综合处"
    house.units["办公室"].save()
    put(house, HEAD)
    event = Event.objects.get(action="rulebook.adopted")
    assert event.facts["functions_without_unit"] == ["competent_office"]
    house.units["办公室"].short_name = "办公室"
    house.units["办公室"].save()
    assert map_functions(actor=SYSTEM, rulebook=in_force(house.institution).rulebook) == ()


@pytest.mark.requirement("TN3")
def test_each_institution_has_its_own_rulebook(house):
    """The same rules may be adopted by another institution; neither sees the other's."""
    mine = put(house, HEAD)
    with lived_in("other") as other:
        with pytest.raises(NoRulebook):
            in_force(other.institution)
        theirs = put(other, HEAD)
        assert theirs.digest == mine.digest
        assert in_force(other.institution).version == theirs
    with tenancy.within(house.institution):
        assert in_force(house.institution).version == mine


def test_reading_the_rules_in_force_costs_one_query_once_they_are_known(house, django_assert_num_queries):
    """Versions never change, so their rules are read once per process."""
    put(house, HEAD)
    in_force(house.institution)
    with django_assert_num_queries(1):
        in_force(house.institution)


@pytest.mark.parametrize("name", ["gpnu", "ruian", "xartvu"])
def test_what_is_read_back_keeps_the_order_of_the_file(request, name):
    """On both databases: the order of a form's fields is their order on paper, and jsonb sorts keys its own way."""
    played = request.getfixturevalue(name)
    stored, written = in_force(played.institution, clock.today()).rulebook, played.rulebook
    assert list(stored.roles) == list(written.roles)
    assert {key: list(form.fields) for key, form in stored.forms.items()} == {
        key: list(form.fields) for key, form in written.forms.items()
    }
