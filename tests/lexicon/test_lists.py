"""The lists of an institution: taken, versioned, told in the ledger, compiled once and shared."""

import gc
import json

import pytest

from guanhao.core import tenancy
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.lexicon import actions, compiling
from guanhao.lexicon.compiling import compiled
from guanhao.lexicon.lists import lists_for
from guanhao.lexicon.models import Lexicon, ListedTerm
from guanhao.people.access import actor_of
from guanhao.regulation.queries import in_force
from guanhao.screening.force import Force
from guanhao.screening.screen import Screening, screen
from guanhao.screening.text import TextView
from tests.lexicon.conftest import Keeper, term


def found(cast, text, *units):
    """Which listed terms stand in a text, for a matter of these units."""
    rulebook = in_force(cast.institution).rulebook
    lists = lists_for(cast.institution, [cast.units[unit] for unit in units], rulebook)
    view = TextView.plain("body", text)
    hits = screen(view, Screening(terms=lists.terms))
    return [hit.mask for hit in hits if not lists.allowed.covers(hit, view)]


class TestTerms:
    """Terms come, go and are replaced; every change is a version with an event."""

    def test_a_taken_term_is_found_at_once_in_any_disguise(self, ruian, keeper):
        """Set apart, and plainly."""
        keeper.take(term("代考服务"))
        assert found(ruian, "提供代考服务，代 考 服 务也行。") == ["代考服务", "代 考 服 务"]

    def test_a_removed_term_is_found_no_more(self, ruian, keeper):
        """The row stays, as what held until then."""
        keeper.take(term("代考服务"), term("刷单返利"))
        row = ListedTerm.objects.get(text="代考服务")
        assert actions.remove_terms(**keeper.here, terms=[row]) == 1
        assert found(ruian, "代考服务，刷单返利。") == ["刷单返利"]
        row.refresh_from_db()
        assert (row.added_in, row.removed_in, row.removed_by) == (1, 2, keeper.person)

    def test_removing_twice_changes_nothing(self, ruian, keeper):
        """No version, no event for what is gone already."""
        keeper.take(term("代考服务"))
        row = ListedTerm.objects.get(text="代考服务")
        actions.remove_terms(**keeper.here, terms=[row])
        assert actions.remove_terms(**keeper.here, terms=[row]) == 0
        assert Lexicon.objects.get().version == 2

    def test_a_term_taken_again_differently_replaces_the_first(self, keeper):
        """One wording of a family is in force once."""
        keeper.take(term("代考服务"))
        change = keeper.take(term("代考服务", force=Force.WARN), term("刷单返利"))
        assert (change.new, len(change.replaced), change.unchanged) == (1, 1, 0)
        assert ListedTerm.objects.in_force().get(text="代考服务").force == "warn"

    def test_the_same_list_again_changes_nothing(self, keeper):
        """An import can be repeated without harm."""
        keeper.take(term("代考服务"), name="词库.txt")
        assert keeper.take(term("代考服务"), name="词库.txt").unchanged == 1
        assert Lexicon.objects.get().version == 1

    def test_each_change_has_one_event_with_its_version_and_the_words_on_the_erasable_side(self, keeper):
        """Facts hold numbers and digests only."""
        keeper.take(term("代考服务"), name="词库.txt")
        event = Event.objects.select_related("detail").latest("index")
        assert event.action == "lexicon.terms_taken"
        leaf = json.loads(bytes(event.entry))
        assert leaf["facts"]["version"] == 1
        assert "代考服务" not in str(leaf)
        assert event.detail.data["detail"]["terms"] == ["代考服务"]

    def test_a_family_the_rulebook_does_not_know_is_refused(self, keeper):
        """No clause would ever ask for it."""
        with pytest.raises(Refused, match="没有这些词库类别"):
            keeper.take(term("代考服务", family="nonsense"))

    def test_only_the_keeper_of_the_lists_changes_them(self, ruian, db):
        """A section's head keeps none."""
        person = ruian.people["ruian-section-head"]
        with pytest.raises(Refused):
            actions.take_terms(
                actor=actor_of(person), person=person, institution=ruian.institution, terms=[term("代考服务")]
            )


class TestEntries:
    """Confusables, leaders, units' names, shapes of numbers."""

    @pytest.mark.parametrize(
        ("kind", "text", "meaning"),
        [
            ("confusable", "座谈汇", ""),
            ("leader", "王", "院长"),
            ("person_number", "##", ""),
            ("confusable", "座谈会", "座谈会"),
        ],
    )
    def test_an_entry_that_says_too_little_is_refused(self, keeper, kind, text, meaning):
        """With a sentence that says what is missing."""
        with pytest.raises(Refused):
            keeper.enter(kind, text, meaning)

    def test_entries_reach_screening(self, ruian, keeper):
        """Each kind in its own part of the lists."""
        keeper.enter("confusable", "座谈汇", "座谈会")
        keeper.enter("leader", "沈怀瑾", "院长", rank=1)
        keeper.enter("old_name", "瑞安职业学校", "瑞安学院")
        keeper.enter("person_number", "2026######")
        lists = lists_for(ruian.institution, [], in_force(ruian.institution).rulebook)
        assert lists.confusables == {"座谈汇": "座谈会"}
        assert lists.roster.leaders[0].title == "院长"
        assert lists.roster.units[0].old == ("瑞安职业学校",)
        assert [shape.shape for shape in lists.shapes] == ["2026######"]

    def test_whoever_decides_by_the_rulebook_is_on_the_roster_by_name(self, ruian, keeper):
        """Without a title, since rulebooks' titles are not what articles say."""
        lists = lists_for(ruian.institution, [], in_force(ruian.institution).rulebook)
        names = {leader.name: leader.title for leader in lists.roster.leaders}
        assert names[ruian.people["ruian-office-head"].name] == ""

    def test_an_entry_that_was_removed_holds_no_longer(self, ruian, keeper):
        """And can be entered again."""
        entry = keeper.enter("confusable", "座谈汇", "座谈会")
        actions.remove_entry(**keeper.who, entry=entry)
        assert compiled(ruian.institution).confusables == {}
        keeper.enter("confusable", "座谈汇", "座谈会")


class TestAllowLists:
    """A wording that is no error for a unit and those below it."""

    def test_it_counts_for_the_unit_and_not_for_another(self, ruian, keeper):
        """学生科 is not 教务科."""
        keeper.take(term("代考"))
        keeper.allow(ruian.units["学生科"], "terms", "反代考宣传")
        assert found(ruian, "开展反代考宣传。", "学生科") == []
        assert found(ruian, "开展反代考宣传。", "教务科") == ["代考"]
        assert found(ruian, "代考。反代考宣传。", "学生科") == ["代考"]

    def test_a_wording_of_the_institution_counts_everywhere(self, ruian, keeper):
        """Units inherit from above."""
        root = next(unit for unit in ruian.units.values() if unit.parent_id is None)
        keeper.take(term("代考"))
        keeper.allow(root, "terms", "反代考宣传")
        assert found(ruian, "开展反代考宣传。", "教务科") == []

    def test_somebody_of_the_unit_takes_it_back(self, ruian, keeper):
        """A stranger does not."""
        allowance = keeper.allow(ruian.units["学生科"], "typos", "座谈汇")
        stranger, own = ruian.people["ruian-student"], ruian.people["ruian-section-head"]
        with pytest.raises(Refused):
            actions.disallow(actor=actor_of(stranger), person=stranger, allowance=allowance)
        actions.disallow(actor=actor_of(own), person=own, allowance=allowance)
        assert compiled(ruian.institution).allowed == {}


class TestCompiling:
    """Once per version and process; equal lists once for all institutions."""

    def test_nothing_is_read_again_while_nothing_changed(self, ruian, keeper, django_assert_num_queries):
        """One query asks for the stamp."""
        keeper.take(term("代考服务"))
        first = compiled(ruian.institution)
        with django_assert_num_queries(1):
            assert compiled(ruian.institution) is first

    def test_an_institution_without_lists_has_the_same_none_each_time(self, gpnu):
        """What was read with none is kept under them, and found again at the next step."""
        with tenancy.within(gpnu.institution):
            Lexicon.objects.all().delete()
            assert compiled(gpnu.institution) is compiled(gpnu.institution)

    def test_institutions_with_one_large_list_share_its_memory(self, ruian, keeper, gpnu):
        """And each keeps its own words beside it."""
        common = [term(f"共同词条{number:04d}") for number in range(compiling.SHARED_FROM)]
        with tenancy.within(ruian.institution):
            keeper.take(*common, name="共同.txt")
            keeper.take(term("瑞安自己的词"))
            ours = compiled(ruian.institution).terms
        with tenancy.within(gpnu.institution):
            other = Keeper(gpnu, "gpnu-publicity-head")
            other.take(*common, name="另一个名字.csv")
            theirs = compiled(gpnu.institution).terms
        assert ours.segments[0] is theirs.segments[0]
        assert [len(segment) for segment in ours.segments] == [compiling.SHARED_FROM, 1]
        assert len(theirs.segments) == 1

    def test_a_change_keeps_the_large_segment(self, ruian, keeper):
        """What an import compiled is not compiled again because one word came or went."""
        keeper.take(
            *(term(f"词条{number:04d}") for number in range(compiling.SHARED_FROM)), name="大词库.txt"
        )
        before = compiled(ruian.institution).terms
        actions.remove_terms(**keeper.here, terms=[ListedTerm.objects.get(text="词条0007")])
        after = compiled(ruian.institution).terms
        assert after.segments[0] is before.segments[0]
        assert found(ruian, "词条0007、词条0008") == ["词条0008"]

    def test_what_no_institution_uses_is_let_go(self, ruian, keeper):
        """The register of segments holds nothing by itself."""
        keeper.take(*(term(f"旧词{number:04d}") for number in range(compiling.SHARED_FROM)), name="旧.txt")
        compiled(ruian.institution)
        actions.remove_terms(**keeper.here, terms=list(ListedTerm.objects.in_force()))
        compiled(ruian.institution)
        gc.collect()
        assert not any(segment.terms[0].text.startswith("旧词") for segment in compiling._segments.values())
