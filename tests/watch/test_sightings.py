"""Names found on platforms: imported, scored with reasons, decided; and the names of accounts of ours."""

import json
import re

import pytest

from guanhao.core import clock
from guanhao.core.verdicts import Refused, WrongState
from guanhao.demo.institutions import ROOT
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.registry import actions as registry
from guanhao.regulation import actions as regulation
from guanhao.screening.termfiles import BadTermFile
from guanhao.watch import sightings
from guanhao.watch.models import Sighting
from tests.lexicon.conftest import Keeper

SEEN = (
    "名称,平台,账号,链接\n"
    "温州职业技术学院瑞安学院,wechat,raxy-wzvtc,\n"
    "瑞安学院学生会,weibo,1001,https://weibo.example/1001\n"
    "瑞-安-学-院官方招生办,wechat,ra_zsb,\n"
    "城南小吃指南,wechat,food,\n"
).encode()


@pytest.fixture
def office(ruian, db):
    return Keeper(ruian, "ruian-office-head")


def rulebook(office, more):
    """Put a rulebook into force that says something more."""
    source = (ROOT / "rulebooks" / "ruian.yaml").read_text(encoding="utf-8")
    source = re.sub("^version: .*$", 'version: "next"', source, count=1, flags=re.MULTILINE)
    source = (
        re.sub("^effective: .*$", f"effective: {clock.today()}", source, count=1, flags=re.MULTILINE) + more
    )
    regulation.adopt(actor=office.who["actor"], institution=office.cast.institution, source=source)


def bring(office, data=SEEN, name="搜索结果.csv"):
    return sightings.import_sightings(**office.here, seen=sightings.read_names(name, data), name=name)


@pytest.mark.article("xartvu-2")
@pytest.mark.article("gpnu-5")
def test_thresholds_and_weights_are_the_rulebooks(office):
    """A threshold nobody reaches, and nothing is told; a weight of nothing for short names, and only full ones are."""
    assert bring(office).new == 3
    Sighting.objects.all().delete()
    rulebook(office, "name_watch: {tell_at: 100, impostor_at: 100, short: 0, full: 0, unit: 0}\n")
    assert [row.likeness for row in Sighting.objects.all()] == []
    assert bring(office).new == 1
    assert Sighting.objects.get().likeness == "ours"


@pytest.mark.article("xartvu-2")
@pytest.mark.article("gpnu-5")
def test_what_resembles_ours_is_kept_with_score_and_reasons_and_the_rest_is_not(office):
    """Ours by right, ours to govern, an impostor; a restaurant is nobody's business."""
    brought = bring(office)
    assert (brought.read, brought.new, brought.known) == (4, 3, 0)
    found = {row.name: row for row in Sighting.objects.all()}
    assert {name: row.likeness for name, row in found.items()} == {
        "温州职业技术学院瑞安学院": "ours",
        "瑞安学院学生会": "to_govern",
        "瑞-安-学-院官方招生办": "impostor",
    }
    assert all(row.reasons and row.reasons[0]["zh"] for row in found.values())
    assert found["瑞安学院学生会"].address == "https://weibo.example/1001"


def test_the_same_file_again_brings_nothing_new_and_decisions_stand(office):
    """A weekly search repeats itself."""
    bring(office)
    row = Sighting.objects.get(likeness="impostor")
    sightings.decide_sighting(**office.who, sighting=row, state="impostor", note="头像冒用校徽")
    brought = bring(office)
    assert (brought.new, brought.known) == (0, 3)
    row.refresh_from_db()
    assert (row.state, row.note) == ("impostor", "头像冒用校徽")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("名称,链接\n,https://a.example\n甲,不是链接\n".encode(), ["第 2 行", "第 3 行"]),
        ("平台\nwechat\n".encode(), ["没有“名称”一列"]),
    ],
)
def test_every_fault_of_a_file_is_told_with_its_line(data, words):
    """And nothing of it is taken."""
    with pytest.raises(BadTermFile) as bad:
        sightings.read_names("搜索结果.csv", data)
    told = " ".join(problem.zh for problem in bad.value.problems)
    assert all(word in told for word in words)


def test_a_text_file_is_a_name_a_line():
    """The simplest thing somebody may have."""
    assert [one.name for one in sightings.read_names("a.txt", "瑞安学院墙\n\n别的".encode())] == [
        "瑞安学院墙",
        "别的",
    ]


def test_an_impostor_needs_a_word_why_and_the_same_decision_twice_is_none(office):
    """Each decision is an event with before and after; the name stays on the erasable side."""
    bring(office)
    row = Sighting.objects.get(likeness="impostor")
    with pytest.raises(Refused, match="依据"):
        sightings.decide_sighting(**office.who, sighting=row, state="impostor")
    sightings.decide_sighting(**office.who, sighting=row, state="to_govern")
    with pytest.raises(WrongState):
        sightings.decide_sighting(**office.who, sighting=row, state="to_govern")
    event = Event.objects.latest("index")
    leaf = json.loads(bytes(event.entry))
    assert (leaf["facts"]["before"], leaf["facts"]["after"]) == ("open", "to_govern")
    assert row.name not in str(leaf)


def test_a_decision_can_be_taken_back(office):
    """Then nobody has decided."""
    bring(office)
    row = Sighting.objects.get(likeness="to_govern")
    sightings.decide_sighting(**office.who, sighting=row, state="nothing")
    row = sightings.decide_sighting(**office.who, sighting=row, state="open")
    assert (row.decided_by, row.decided_at) == (None, None)


def test_only_office_and_technical_unit_may(ruian, office):
    """A section does not."""
    person = ruian.people["ruian-section-head"]
    who = {"actor": actor_of(person), "person": person}
    with pytest.raises(Refused):
        sightings.import_sightings(**who, institution=ruian.institution, seen=[], name="x")
    bring(office)
    with pytest.raises(Refused):
        sightings.decide_sighting(**who, sighting=Sighting.objects.first(), state="nothing")


def test_an_entered_name_is_protected_as_well(office):
    """The school's nickname for instance."""
    office.enter("protected", "云江书院")
    bring(office, "云江书院官方群".encode(), "a.txt")
    assert Sighting.objects.get().protected == "云江书院"


class TestAccountNames:
    """The naming rule where accounts are entered (gpnu-5, xartvu-2)."""

    def add(self, office, name):
        return registry.add_account(
            actor=office.who["actor"],
            institution=office.cast.institution,
            platform="weibo",
            name=name,
            owner_unit=office.cast.units["学生科"],
            first_responsible=office.person,
        )

    @pytest.mark.article("gpnu-5")
    @pytest.mark.article("xartvu-2")
    def test_an_account_of_ours_cannot_bear_a_disguised_name(self, office):
        """That is how impostors are told from us."""
        with pytest.raises(Refused, match="像是冒名"):
            self.add(office, "瑞★安★学★院官方号")

    @pytest.mark.article("gpnu-5")
    @pytest.mark.article("xartvu-2")
    def test_what_a_name_looks_like_is_kept_with_its_registration(self, office):
        """For whoever looks at the register later."""
        self.add(office, "瑞安学院学生科")
        leaf = json.loads(bytes(Event.objects.latest("index").entry))
        assert leaf["facts"]["name_looks"] == "to_govern"
        assert leaf["facts"]["name_score"] > 50

    def test_a_rename_is_judged_alike(self, office):
        """Otherwise registering first and renaming later would get round it."""
        account = self.add(office, "瑞安学院学生科")
        with pytest.raises(Refused):
            registry.change_account(actor=office.who["actor"], account=account, name="瑞★安★学★院官方号")
