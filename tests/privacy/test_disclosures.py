"""Lawful disclosure (PD6): two people, exactly the scope, a file with proofs that expires, delivery on record."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest

from guanhao.contents.assets import store_document
from guanhao.core.verdicts import Refused, WrongState
from guanhao.exports import steps
from guanhao.exports.files import path_of
from guanhao.exports.models import ExportJob
from guanhao.ledger import keys
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.privacy import disclosures
from guanhao.privacy.disclosures import Asked, Instrument
from guanhao.privacy.models import Disclosure
from guanhao.steps.types import Worker
from tests.contents.conftest import submit
from tests.process.conftest import MONDAY, told_people

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD6")]
WORKER = Worker("test/disclosures")
NOON = MONDAY + timedelta(hours=3)
UNITS = {"ruian-student": "学生科", "ruian-teacher": "教务科"}
EVENING = MONDAY + timedelta(hours=9)


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path / "exports"
    keys.create_if_missing()


@pytest.fixture
def world(ruian, offer, time):
    """A student writes before, in and after the period; a teacher writes in it. Titles are canaries."""
    for at, who, title in (
        (MONDAY, "ruian-student", "早于期间的稿件"),
        (NOON, "ruian-student", "期间之内的稿件"),
        (NOON, "ruian-teacher", "别人写的稿件"),
        (EVENING, "ruian-student", "晚于期间的稿件"),
    ):
        time["now"] = at
        submit(ruian, who, offer(ruian, who, kind=ruian.people[who].kind, unit=UNITS[who], title=title))
    time["now"] = EVENING + timedelta(hours=1)
    return ruian


@pytest.fixture
def prepare(ruian, doing):
    """Prepare one by the first editor."""

    def prepared(**asked):
        who = doing("ruian-editor")
        scan = store_document(data=b"%PDF-1.7 instrument", name="调取证据通知书.pdf", **who)
        instrument = Instrument(
            authority="瑞安市公安局", officers="张三 330001，李四 330002", number="瑞公（网）调证字〔2026〕7号",
            scan=scan, purpose="侦查案件",
        )  # fmt: skip
        values = {"account": None, "persons": (), "since": NOON - timedelta(hours=1), "until": EVENING}
        return disclosures.prepare(instrument=instrument, asked=Asked(**values | asked), **who)

    return prepared


def made(row, doing, who="ruian-editor-2"):
    """Approve and make it; the file's parts, and every word in it, the bundle's included."""
    disclosures.approve(disclosure=row, **doing(who))
    assert steps.export_one(WORKER) is True
    row.refresh_from_db()
    data = path_of(row.job).read_bytes()
    parts = unpacked(data)
    ledger = unpacked(parts["ledger.zip"])
    everything = "\n".join(
        part.decode() for name, part in {**parts, **ledger}.items() if name != "ledger.zip"
    )
    return data, parts, ledger, everything


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_nothing_outside_the_scope_is_in_the_file(world, prepare, doing):
    """One student, one account, one afternoon: neither other times nor other authors nor others' particulars."""
    student = world.people["ruian-student"]
    row = prepare(account=world.accounts["flagship"], persons=(student,))
    _data, parts, _ledger, everything = made(row, doing)
    assert "期间之内的稿件" in everything
    for outside in ("早于期间的稿件", "晚于期间的稿件", "别人写的稿件", "钱若谷", "R0010"):
        assert outside not in everything, outside
    revisions = [json.loads(line) for line in parts["revisions.ndjson"].decode().splitlines()]
    assert [row["content"]["title"] for row in revisions] == ["期间之内的稿件"]
    (person,) = json.loads(parts["persons.json"])
    assert person["staff_no"] == student.staff_no


def test_an_account_alone_takes_in_all_its_authors_and_persons_alone_what_they_did(world, prepare, doing):
    """The account: both authors of the afternoon and nobody's particulars. The person: entries about nobody else."""
    row = prepare(account=world.accounts["flagship"])
    _data, parts, _ledger, everything = made(row, doing)
    assert "期间之内的稿件" in everything
    assert "别人写的稿件" in everything
    assert "早于期间" not in everything
    assert json.loads(parts["persons.json"]) == []
    row = prepare(persons=(world.people["ruian-teacher"],))
    _data, _parts, ledger, everything = made(row, doing)
    assert "别人写的稿件" in everything
    assert "期间之内" not in everything
    entries = [
        json.loads(json.loads(line)["entry"]) for line in ledger["entries.ndjson"].decode().splitlines()
    ]
    assert entries
    assert {entry["actor"]["id"] for entry in entries} == {str(world.people["ruian-teacher"].pk)}


def test_manifest_and_proofs_hold_outside_the_product(world, prepare, doing, tmp_path):
    """The digests stand in the ledger, each file has the digest the manifest says, and the bundle verifies offline."""
    row = prepare(account=world.accounts["flagship"])
    data, parts, ledger, _everything = made(row, doing)
    assert hashlib.sha256(parts["manifest.json"]).hexdigest() == row.manifest_sha256
    assert hashlib.sha256(data).hexdigest() == row.file_sha256
    manifest = json.loads(parts["manifest.json"])
    assert set(manifest["files"]) == set(parts) - {"manifest.json", "README.txt"}
    for name, told in manifest["files"].items():
        assert hashlib.sha256(parts[name]).hexdigest() == told["sha256"]
    event = Event.objects.get(action=Action.DISCLOSURE_MADE)
    assert event.facts["manifest"] == row.manifest_sha256
    for name, part in ledger.items():
        place = tmp_path / "bundle" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(part)
    run = subprocess.run(
        [sys.executable, "verify.py"], cwd=tmp_path / "bundle", capture_output=True, check=False
    )
    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()


@pytest.mark.requirement("AP8")
def test_whoever_prepared_it_cannot_approve_it_and_others_of_the_office_are_asked(
    world, prepare, doing, follow
):
    """Refused with the reason, by the database too; a second decision finds it decided."""
    row = prepare(account=world.accounts["flagship"])
    follow()
    assert told_people(world, "disclosure.told") >= {"ruian-editor-2", "ruian-office-head"}
    assert "ruian-editor" not in told_people(world, "disclosure.told")
    with pytest.raises(Refused, match="两个人"):
        disclosures.approve(disclosure=row, **doing("ruian-editor"))
    for who in ("ruian-section", "ruian-system", "ruian-audit"):
        with pytest.raises(Refused):
            disclosures.approve(disclosure=row, **doing(who))
    disclosures.approve(disclosure=row, **doing("ruian-editor-2"))
    with pytest.raises(WrongState):
        disclosures.decline(disclosure=row, reason="算了", **doing("ruian-office-head"))
    assert ExportJob.objects.count() == 1


def test_a_declined_one_is_never_made(world, prepare, doing):
    """With its reason on the erasable side; nothing waits in the queue."""
    row = prepare(account=world.accounts["flagship"])
    with pytest.raises(Refused):
        disclosures.decline(disclosure=row, reason=" ", **doing("ruian-editor-2"))
    disclosures.decline(disclosure=row, reason="文书没有公章", **doing("ruian-editor-2"))
    assert steps.export_one(WORKER) is False
    with pytest.raises(WrongState):
        disclosures.approve(disclosure=row, **doing("ruian-office-head"))


def test_the_two_fetch_it_for_seven_days_and_note_the_delivery(world, prepare, doing, time):
    """A third of the same office is refused; afterwards file and row are gone, what was said of them stays."""
    row = prepare(account=world.accounts["flagship"])
    made(row, doing)
    for who in ("ruian-editor", "ruian-editor-2"):
        assert path_of(disclosures.fetch(disclosure=row, **doing(who))).is_file()
    for act in (
        lambda who: disclosures.fetch(disclosure=row, **who),
        lambda who: disclosures.deliver(disclosure=row, to="张三", how="当面", **who),
    ):
        with pytest.raises(Refused, match="登记人和批准人"):
            act(doing("ruian-office-head"))
    disclosures.deliver(disclosure=row, to="张三", how="当面交付光盘", **doing("ruian-editor"))
    with pytest.raises(WrongState):
        disclosures.deliver(disclosure=row, to="李四", how="邮寄", **doing("ruian-editor"))
    place = path_of(row.job)
    time["now"] += timedelta(days=7, seconds=1)
    with pytest.raises(Refused, match="期满"):
        disclosures.fetch(disclosure=Disclosure.objects.get(pk=row.pk), **doing("ruian-editor"))
    steps.forget_exports(WORKER)
    assert not place.exists()
    row.refresh_from_db()
    assert row.job is None
    assert row.manifest_sha256
    event = Event.objects.get(action=Action.DISCLOSURE_DELIVERED)
    assert event.facts == {"manifest": row.manifest_sha256, "file": row.file_sha256}
    assert Event.objects.filter(action=Action.DISCLOSURE_FETCHED).count() == 2


def test_an_expired_file_is_made_again_by_one_of_the_two_with_the_same_scope(world, prepare, doing, time):
    """Not while it is there, not by a third."""
    row = prepare(persons=(world.people["ruian-student"],))
    _data, parts, _ledger, _everything = made(row, doing)
    with pytest.raises(WrongState):
        disclosures.make_again(disclosure=row, **doing("ruian-editor"))
    time["now"] += timedelta(days=8)
    steps.forget_exports(WORKER)
    with pytest.raises(Refused):
        disclosures.make_again(disclosure=row, **doing("ruian-office-head"))
    row = disclosures.make_again(disclosure=row, **doing("ruian-editor"))
    assert steps.export_one(WORKER) is True
    assert unpacked(path_of(row.job).read_bytes())["revisions.ndjson"] == parts["revisions.ndjson"]


def test_an_instrument_without_scope_period_or_number_is_not_taken(world, prepare, time):
    """Neither an account nor persons, an empty period, one that is not over yet."""
    account = world.accounts["flagship"]
    for wrong in (
        {},
        {"account": account, "since": EVENING},
        {"account": account, "until": time["now"] + timedelta(seconds=1)},
    ):
        with pytest.raises(Refused):
            prepare(**wrong)
    assert not Disclosure.objects.exists()
