"""Requests of persons (PD3): asked by everybody, answered within fifteen days; a copy of what is theirs; reminders."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from guanhao.contents.assets import store_image
from guanhao.core.verdicts import Refused, WrongState
from guanhao.demo.pictures import draw
from guanhao.exports import steps
from guanhao.exports.files import path_of
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.privacy import requests
from guanhao.privacy.models import PersonRequest
from guanhao.privacy.types import RequestState
from guanhao.process import periodic
from guanhao.steps.types import Worker
from tests.process.conftest import ME, MONDAY, told, told_people

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD3")]


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path / "exports"


@pytest.fixture
def ask(ruian, time):
    """Somebody asks about their own data."""

    def asked(kind, who="ruian-student", words="", by=None):
        person = ruian.people[who]
        asking = ruian.people[by or who]
        return requests.ask(actor=actor_of(asking), by=asking, person=person, kind=kind, words=words)

    return asked


def test_everybody_can_ask_and_the_office_and_the_administrators_hear(ruian, ask, follow):
    """Due in fifteen days; the same is not asked twice at a time; nobody asks for somebody else but the office."""
    request = ask("copy")
    assert request.due_at == MONDAY + timedelta(days=15)
    follow()
    assert told_people(ruian, "personal.request") >= {"ruian-editor", "ruian-office-head", "ruian-system"}
    assert "ruian-section" not in told_people(ruian, "personal.request")
    with pytest.raises(Refused, match="正在办理"):
        ask("copy")
    with pytest.raises(Refused):
        ask("explain", by="ruian-section")
    assert ask("explain", by="ruian-editor").asked_by == ruian.people["ruian-editor"]
    with pytest.raises(Refused, match="更正什么"):
        ask("correct")


def test_it_is_called_to_mind_before_fifteen_days_and_told_when_they_are_over(ruian, ask, follow, time):
    """Once each, as long as it is open; an answer ends it and says whether it was late."""
    request = ask("explain")
    withdrawn = ask("copy")
    requests.withdraw(actor=actor_of(withdrawn.person), person=withdrawn.person, request=withdrawn)
    for days, said in ((11, 0), (12, 1), (13, 1), (15, 2), (16, 2)):
        time["now"] = MONDAY + timedelta(days=days)
        periodic.keep_requests(ME)
        follow()
        titles = [title for name, title in told(ruian, "ruian-editor") if "三天" in title or "超过" in title]
        assert len(titles) == said, (days, titles)
    office = ruian.people["ruian-editor"]
    with pytest.raises(Refused):
        requests.explain(actor=actor_of(office), person=office, request=request, answer=" ")
    requests.explain(actor=actor_of(office), person=office, request=request, answer="用于审批回避")
    event = Event.objects.get(action=Action.PERSONAL_REQUEST_ANSWERED)
    assert event.facts["late"] is True
    assert "用于审批回避" not in str(event.facts)
    follow()
    assert "personal.answered" in [name for name, _title in told(ruian, "ruian-student")]
    with pytest.raises(WrongState):
        requests.decline(actor=actor_of(office), person=office, request=request, answer="又")


def test_nobody_answers_themselves_and_only_the_office_answers(ruian, ask):
    """An editor's own request waits for a colleague."""
    request = ask("explain", who="ruian-editor")
    for who in ("ruian-editor", "ruian-section", "ruian-audit"):
        person = ruian.people[who]
        with pytest.raises(Refused):
            requests.decline(actor=actor_of(person), person=person, request=request, answer="不")
    other = ruian.people["ruian-system"]
    requests.decline(actor=actor_of(other), person=other, request=request, answer="没有依据")
    assert PersonRequest.objects.get().state == RequestState.DECLINED


def test_a_correction_is_carried_out_with_the_answer(ruian, ask, doing):
    """The particulars change; a number that is somebody else's is refused, and the request stays open."""
    request = ask("correct", words="手机号不对")
    values = {"name": "方予安", "staff_no": "S240101", "email": "f@example.invalid", "phone": "13800000000"}
    with pytest.raises(Refused, match="已被使用"):
        requests.give_correction(
            request=request, answer="", values=values | {"staff_no": "R0004"}, **doing("ruian-editor")
        )
    assert PersonRequest.objects.open().count() == 1
    requests.give_correction(request=request, answer="已改", values=values, **doing("ruian-editor"))
    assert Person.objects.get(pk=request.person_id).phone == "13800000000"
    event = Event.objects.filter(action=Action.PERSON_CHANGED).latest("index")
    assert event.facts == {"fields": ["email", "phone"]}


def test_the_copy_holds_what_is_theirs_and_nothing_of_others(ruian, ask, offer, doing):
    """Own words, files and acts; of what they only handled, that they did. No password, nobody else's words."""
    student = ruian.people["ruian-student"]
    offer(ruian, "ruian-student", kind="student", unit="学生科", title="自己写的稿件")
    offer(ruian, "ruian-section", unit="学生科", title="别人写的稿件")
    picture = store_image(actor=actor_of(student), person=student, data=draw("copy"), name="照片.jpg")
    request = requests.give_copy(request=ask("copy"), answer="请下载", **doing("ruian-editor"))
    assert steps.export_one(Worker("test/copy")) is True
    request.refresh_from_db()
    assert request.job.person == student
    with zipfile.ZipFile(io.BytesIO(path_of(request.job).read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    held = [json.loads(line) for line in parts["held.ndjson"].decode().splitlines()]
    particulars = next(line for line in held if line["place"] == "people.Person")
    assert particulars["values"]["staff_no"] == "S240101"
    everything = b"\n".join(parts.values()).decode(errors="replace")
    assert "自己写的稿件" in everything
    assert "别人写的稿件" not in everything
    assert student.user.password not in everything
    assert f"files/{picture.pk}-照片.jpg" in parts
    assert json.loads(parts["purposes.json"])["identity"]["basis"].startswith("《个人信息保护法》")
    acts = [json.loads(line) for line in parts["ledger.ndjson"].decode().splitlines()]
    assert "asset.stored" in {act["action"] for act in acts}
    assert all("detail" not in act or act["action"] != "person.created" for act in acts)
