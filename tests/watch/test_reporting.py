"""What the public reports: it becomes a sighting, nobody is asked who they are, and floods end."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from guanhao.contents import isolated
from guanhao.contents.assets import path_of
from guanhao.contents.models import Asset
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.notices.models import Notice
from guanhao.process.drawing import draw_consequences
from guanhao.steps.types import Worker
from guanhao.watch import reporting
from guanhao.watch.models import Report, Sighting
from guanhao.watch.reporting import report_suspect
from guanhao.watch.sightings import Seen, decide_sighting

IMPOSTOR = Seen("瑞安学院官方招生办", "weibo", "9876543210", "https://weibo.com/u/9876543210")


def picture(*, exif=False):
    """A small photograph, with a place in it where it is asked for."""
    out = io.BytesIO()
    image = Image.new("RGB", (60, 40), "navy")
    marks = Image.Exif()
    if exif:
        marks[0x010E] = "taken at home"
    image.save(out, "JPEG", exif=marks)
    return out.getvalue()


def report(ruian, seen=IMPOSTOR, **more):
    return report_suspect(institution=ruian.institution, seen=seen, **more)


@pytest.mark.article("xartvu-14")
@pytest.mark.article("gpnu-5")
def test_a_report_becomes_a_sighting_that_a_person_decides(ruian):
    """Judged with reasons, open, found by nobody by name; the editor can say that it is an impostor."""
    sighting = report(ruian, note=" 要求交报名费 ")
    assert (sighting.state, sighting.found_by, sighting.likeness) == ("open", None, "to_govern")
    assert sighting.reasons
    assert Report.objects.get().note == "要求交报名费"
    editor = ruian.people["ruian-editor"]
    decide_sighting(
        actor=reporting.PUBLIC, person=editor, sighting=sighting, state="impostor", note="与我校无关"
    )
    sighting.refresh_from_db()
    assert sighting.state == "impostor"


@pytest.mark.requirement("LG2")
def test_a_report_is_one_event_without_the_reporter(ruian):
    """The public is the actor; no address, no words of the note go into the log."""
    report(ruian, note="我叫张三")
    event = Event.objects.order_by("-index")[0]
    assert (event.action, event.actor_kind, event.facts["new"]) == ("sighting.reported", "public", True)
    assert "张三" not in str(event.detail.data) + str(event.facts)
    assert event.detail.data.get("address", "") == ""


def test_a_second_report_of_the_same_account_speaks_to_the_first(ruian):
    """One sighting, two reports; what was decided stays decided."""
    sighting = report(ruian)
    Sighting.objects.filter(pk=sighting.pk).update(state="nothing")
    assert report(ruian, note="又见").pk == sighting.pk
    sighting.refresh_from_db()
    assert (sighting.state, sighting.reports.count()) == ("nothing", 2)


@pytest.mark.requirement("PD8")
def test_the_picture_is_drawn_anew_and_belongs_to_nobody(ruian):
    """Where it was taken is gone; the public has a quota of its own."""
    report(ruian, picture=picture(exif=True))
    kept = Report.objects.get().picture
    assert (kept.mime, kept.uploaded_by, kept.original_name) == ("image/jpeg", None, "")
    assert b"taken at home" not in path_of(kept).read_bytes()


@pytest.mark.requirement("CF3")
@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ not a picture", b"x" * (5 * 2**20 + 1)]
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(ruian, data):
    """Neither a sighting nor a report nor a file is left of it."""
    with pytest.raises(isolated.FileRefused):
        report(ruian, picture=data)
    assert not Sighting.objects.exists()
    assert not Asset.objects.filter(uploaded_by=None).exists()


def test_one_of_ours_cannot_be_reported_but_another_account_of_its_name_can(ruian):
    """The same id is ours; the same name with another id is an impostor by all we know."""
    ours = ruian.accounts["flagship"]
    for handle in ("", ours.handle):
        with pytest.raises(Refused, match="在册"):
            report(ruian, Seen(ours.name, ours.platform, handle))
    sighting = report(ruian, Seen(ours.name, ours.platform, "raxy-fake"))
    assert (sighting.likeness, sighting.score) == ("impostor", 100)
    assert "同名" in sighting.reasons[0]["zh"]


@pytest.mark.parametrize(
    "seen", [Seen(" "), Seen("名" * 101), Seen("瑞安学院", address="javascript:alert(1)")]
)
def test_what_tells_nothing_is_refused_with_a_sentence(ruian, seen):
    """No name, a name without end, an address that is none."""
    with pytest.raises(Refused):
        report(ruian, seen)
    assert not Sighting.objects.exists()


@pytest.mark.requirement("NT4")
def test_floods_end(ruian, monkeypatch):
    """Beyond so many reports a day none is taken; beyond so many of one account their words are not kept."""
    monkeypatch.setattr(reporting, "MOST_OF_ONE", 2)
    monkeypatch.setattr(reporting, "MOST_A_DAY", 3)
    for _ in range(4):
        report(ruian)
    assert Report.objects.count() == 2
    report(ruian, Seen("瑞安学院助学贷款办"))
    with pytest.raises(Refused, match="很多"):
        report(ruian, Seen("瑞安学院奖学金办"))


@pytest.mark.article("xartvu-14")
def test_the_technical_unit_is_told_of_the_first_report_only(ruian):
    """A hundred reports of one impostor are one notice; it leads to the sighting."""
    sighting = report(ruian)
    report(ruian)
    while draw_consequences(Worker("test")):
        pass
    told = Notice.objects.filter(kind="sighting")
    assert ruian.people["ruian-tech"] in {one.person for one in told}
    assert ruian.people["ruian-student"] not in {one.person for one in told}
    assert len(told) == len({one.person_id for one in told})
    assert {one.link for one in told} == {f"/screening/sightings/{sighting.pk}/"}
