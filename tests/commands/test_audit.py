"""`guanhao audit`: what operators and auditors call, with exit codes and machine-readable output."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest

from guanhao.cli import main
from guanhao.core import tenancy
from guanhao.ledger import keys
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.process.checkpoints import keep_checkpoints
from guanhao.steps.types import Worker
from tests.ledger.tampering import rewrite, sql
from tests.support.emptying import triggers_aside

pytestmark = pytest.mark.database


@pytest.fixture
def house(ruian, tmp_path, settings):
    """The cast with its logs, a key, and checkpoints sent out."""
    settings.LEDGER_KEY_PATH = tmp_path / "ledger.key"
    settings.LEDGER_OUTSIDE_PATH = tmp_path / "outside"
    keys.create_if_missing()
    keep_checkpoints(Worker("test"))
    return ruian.institution


def audit(capsys, *arguments):
    """Exit code and parsed output of a call."""
    code = main(["audit", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.requirement("LG5")
def test_verify_reports_every_log_and_its_unprotected_tail(house, capsys):
    """All institutions by default; good, with what is protected."""
    code, reports = audit(capsys, "verify")

    assert code == 0
    assert {report["origin"] for report in reports} == {"guanhao/ruian", "guanhao/gpnu", "guanhao/xartvu"}
    assert all(report["good"] and report["unprotected_tail"] == 0 for report in reports)
    assert all(report["protected"] == report["size"] > 0 for report in reports)


@pytest.mark.requirement("LG5")
def test_verify_names_the_first_bad_entry_and_fails(house, capsys):
    """Exit code 1; the index, in both languages."""
    rewrite(Event.objects.get(index=7), actor_id="someone")
    code, (report,) = audit(capsys, "verify", "ruian")

    assert (code, report["good"], report["first_bad"]) == (1, False, 7)
    assert main(["audit", "verify", "ruian"]) == 1
    assert "首条：第 7 条" in capsys.readouterr().out
    assert main(["audit", "verify", "ruian", "--lang", "en"]) == 1
    assert "first bad entry 7" in capsys.readouterr().out


def test_verify_takes_checkpoints_and_key_from_elsewhere(house, capsys, tmp_path, settings):
    """The copies that somebody kept stand in for those of the machine, which its owner may have removed."""
    kept = tmp_path / "kept"
    (settings.LEDGER_OUTSIDE_PATH / "ruian").rename(kept)
    code, (report,) = audit(capsys, "verify", "ruian")
    assert (code, report["witnesses"], report["protected"]) == (0, 0, 0)

    given = ("--outside", str(kept), "--key", str(kept / "key.txt"))
    code, (report,) = audit(capsys, "verify", "ruian", *given)

    assert (code, report["witnesses"], report["unprotected_tail"]) == (0, 1, 0)


def test_an_export_is_recorded_and_verifies_offline(house, capsys, tmp_path):
    """The export itself is an entry of the log that it holds."""
    path = tmp_path / "ruian.zip"
    code, summary = audit(capsys, "export", "ruian", str(path))

    assert (code, summary["whole"]) == (0, True)
    assert Event.objects.last().action == Action.LEDGER_EXPORTED
    with zipfile.ZipFile(path) as file:
        file.extractall(tmp_path / "copy")
    done = subprocess.run([sys.executable, "-I", "-S", str(tmp_path / "copy" / "verify.py")], check=False)
    assert done.returncode == 0
    assert main(["audit", "export", "ruian", str(path)]) == 2


def test_an_excerpt_is_about_one_subject(house, capsys, tmp_path):
    """Only the entries about it."""
    unit = Event.objects.filter(subject_kind="unit").first()
    code, summary = audit(
        capsys, "export", "ruian", str(tmp_path / "x.zip"), "--about", f"unit:{unit.subject_id}", "--details"
    )

    assert code == 0
    assert summary["entries"] == Event.objects.about("unit", unit.subject_id).count()
    assert not summary["whole"]


@pytest.mark.requirement("LG4")
def test_an_entry_is_proven_under_a_signed_checkpoint(house, capsys):
    """Entry, path, root and note."""
    code, proof = audit(capsys, "prove", "ruian", "3")

    assert code == 0
    assert proof["holds"]
    assert proof["checkpoint"].startswith("guanhao/ruian\n")
    assert json.loads(proof["entry"])["index"] == 3


@pytest.mark.parametrize(
    "arguments", [["verify", "nowhere"], ["prove", "ruian", "999999"], ["export", "nowhere", "x.zip"]]
)
def test_what_does_not_exist_is_told(house, capsys, arguments):
    """Exit code 2 and a sentence, no trace."""
    assert main(["audit", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_missing_key_is_told(house, capsys, settings, tmp_path):
    """It is not made in passing: a new key cannot vouch for an old log."""
    settings.LEDGER_KEY_PATH = tmp_path / "gone.key"
    assert main(["audit", "verify"]) == 2
    assert "gone.key" in capsys.readouterr().err
    assert not settings.LEDGER_KEY_PATH.exists()


@pytest.mark.requirement("LG9")
def test_what_people_typed_cannot_forge_lines_of_the_report(house, capsys, ruian):
    """Escapes, not line breaks or colours, reach the terminal."""
    with tenancy.within(house), triggers_aside():
        Event.objects.filter(index=4).update(gesture="g")
        sql(
            "UPDATE ledger_checkpoint SET note = %s WHERE institution_id = %s",
            "x\x1b[31m\n5\nAAAA\n",
            house.pk,
        )
    code = main(["audit", "verify", "ruian"])
    captured = capsys.readouterr()

    assert code == 1
    assert "\x1b" not in captured.out + captured.err
