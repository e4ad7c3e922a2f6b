"""An installation of the first release, brought to this one in the middle of its work (BK3)."""

import json
import subprocess
import sys

import pytest

from guanhao.ledger import offline
from tests.operating.machine import Machine
from tests.operating.upgrade.kept import kept, lay_out

COURSE = "tests.operating.upgrade.course"


@pytest.mark.django_db
@pytest.mark.requirement("BK3")
def test_an_upgrade_keeps_proofs_and_what_is_under_way(sandbox, databases, tmp_path):
    """Migrated, the ledger still leads to the checkpoint that left before; jobs and cases end as if nothing had been."""
    machine = Machine(tmp_path / "machine", sandbox, databases[0])
    assert machine.does(COURSE, "begin")["rows"] > 1000
    done = machine.does(COURSE, "after")
    assert done["migrate"]["code"] == 0, done["migrate"]
    before, later = done["audit"]["told"][0], done["audit_again"]["told"][0]
    assert (done["audit"]["code"], before["good"], before["witnesses"], before["protected"]) == (
        0,
        True,
        1,
        102,
    )
    assert (done["audit_again"]["code"], later["good"], later["witnesses"]) == (0, True, 1)
    assert later["size"] > before["size"]

    assert done["decided"] == "approved"
    # Its sender died before the first byte, long ago: nothing is found, and a person is asked instead of sending late.
    assert done["sent"] == ["ask", "not_found"]
    assert done["planned"] == "published"
    assert done["public"] == ["校运会安排"]
    wrong = {line["name"] for line in done["check"]["told"]["lines"] if line["standing"] == "wrong"}
    assert wrong == {"switches", "worker"}


@pytest.mark.requirement("BK3")
def test_a_bundle_of_the_first_release_is_verified_by_this_one(tmp_path):
    """With the key and the checkpoint that were kept outside, by today's verifier, which vouches for every entry."""
    lay_out(kept(), tmp_path)
    outside = tmp_path / "outside" / "ruian"

    def verified(*more):
        command = [sys.executable, offline.__file__, str(tmp_path / "bundle.zip"), "--json", *map(str, more)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    good = verified("--key", outside / "key.txt", "--checkpoint", *outside.glob("*.checkpoint"))
    assert good.returncode == 0, good.stdout + good.stderr
    told = json.loads(good.stdout)
    assert (told["good"], told["entries"], told["vouched_for"], told["wrong"]) == (True, 103, 103, [])
