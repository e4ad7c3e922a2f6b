"""`guanhao remove-institution`, killed at every place: run again it comes to its end (SE8)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection, connections

from guanhao.cli import main
from guanhao.core import clock, tenancy
from guanhao.core.clock import CHINA
from guanhao.ledger import keys
from guanhao.ledger.verify import verify
from guanhao.people.models import Institution
from guanhao.registry.models import Secret
from guanhao.removal.models import Removal
from tests.removal.test_destroying import KEPT, counts, left

ROOT = Path(__file__).resolve().parents[2]
KILLED = 97
LONG_AGO = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)  # so that the waiting is over by everybody's clock


@pytest.fixture
def time():
    """The removal was decided weeks ago; the process that carries it out has the machine's own time."""
    hands = {"now": LONG_AGO}
    with clock.frozen(lambda: hands["now"]):
        yield hands


def run(*, fault=""):
    """The command in a process of its own, which a fault point ends without clean-up."""
    name = str(configured.DATABASES["default"]["NAME"])
    connections.close_all()
    environment = os.environ | {
        "GUANHAO_TEST_SWITCH": "1", "GUANHAO_FAULT": fault, "GUANHAO_SECRET_KEY": "only-for-tests",
        "GUANHAO_DATABASE": "sqlite" if connection.vendor == "sqlite" else "postgres",
        "GUANHAO_SQLITE_PATH": name, "GUANHAO_PG_NAME": name, "GUANHAO_KEK_PATH": str(configured.KEK_PATH),
        "GUANHAO_LEDGER_KEY_PATH": str(configured.LEDGER_KEY_PATH),
        "GUANHAO_LEDGER_OUTSIDE_PATH": str(configured.LEDGER_OUTSIDE_PATH),
        "GUANHAO_VAR": str(Path(configured.MEDIA_ROOT).parent),
    }  # fmt: skip
    command = [sys.executable, "-m", "guanhao.cli", "remove-institution", "ruian"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.requirement("SE8")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "fault", ["removal_begun", "removal_secrets", "removal_sign_in:3", "removal_files", "removal_rows:7"]
)
def test_killed_anywhere_it_goes_on_in_another_process(transactional_db, confirmed, fault):
    """What was closed stays closed, the secrets are gone first, the neighbours keep every row, the log verifies."""
    others = {key: counts(key) for key in ("gpnu", "xartvu")}
    died = run(fault=fault)
    assert died.returncode == KILLED, died.stderr[-2000:]
    assert not Institution.objects.filter(key="ruian").exists()
    if fault != "removal_begun":
        assert not Secret._base_manager.filter(institution=confirmed.institution).exclude(sealed=b"").exists()
    assert left("ruian") - KEPT
    done = run()
    assert done.returncode == 0, done.stderr[-2000:]
    assert "rekey --drop-old" in done.stdout
    assert left("ruian") <= KEPT
    assert {key: counts(key) for key in others} == others
    with tenancy.within(confirmed.institution):
        assert Removal.objects.get().done_at is not None
        assert verify(confirmed.institution, key=keys.public_key()).good


@pytest.mark.requirement("AP8")
def test_the_command_takes_no_decision(asked, capsys, settings, time):
    """Asked for and not confirmed, or of nobody: it says so and destroys nothing."""
    assert main(["remove-institution", "ruian"]) == 1
    assert "No removal of ruian is due" in capsys.readouterr().err
    assert main(["remove-institution", "nobody"]) == 1
    assert main(["remove-institution"]) == 0
    assert Institution.objects.filter(key="ruian").exists()
