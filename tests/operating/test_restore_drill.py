"""The restore drill: a machine is lost, another takes its place from the backup, nothing is doubled (BK1, BK2, K9)."""

import json
import shutil
import subprocess
import tarfile

import pytest

from guanhao.demo.institutions import APP_SECRET
from tests.operating.drill import published  # noqa: F401 - a broken driver is to be seen here, not in a process's output.
from tests.operating.machine import SECRET_KEY, Machine

DRILL = "tests.operating.drill"


def everything_in(archive, directory):
    """All bytes of a backup, compressed dumps in clear too."""
    with tarfile.open(archive) as tar:
        tar.extractall(directory, filter="data")
    dump = directory / "database.dump"
    clear = (
        subprocess.run(["pg_restore", "-f", "-", str(dump)], capture_output=True, check=True).stdout
        if dump.exists()
        else b""
    )
    return archive.read_bytes() + clear


@pytest.mark.django_db
@pytest.mark.requirement("K9")
@pytest.mark.requirement("BK1")
@pytest.mark.requirement("BK2")
@pytest.mark.requirement("SE2")
def test_a_lost_machine_is_restored_held_and_nothing_is_doubled(sandbox, databases, tmp_path):
    """From the documentation, on an empty machine, with the epoch file lost too; judged by the platform's ledger."""
    archive = tmp_path / "backup.tar"
    first = Machine(tmp_path / "first", sandbox, databases[0])
    done = first.does(DRILL, "before", archive)
    assert (done["init-keys"], done["migrate"], done["backup"]["code"]) == (0, 0, 0)
    assert (done["known"], done["forgotten"]) == ("published", "published")
    assert len(sandbox.effects("publish.accepted")) == 2
    told = done["backup"]["told"]
    assert told["state"]["ledgers"]["ruian"]["size"] > 0
    assert told["uploads"] > 0

    inside = everything_in(archive, tmp_path / "unpacked")
    ring = json.loads((first.home / "keys" / "kek.json").read_text())
    canaries = [
        APP_SECRET,
        SECRET_KEY,
        *ring["keys"].values(),
        (first.home / "keys" / "ledger.key").read_text().strip(),
    ]
    assert [canary for canary in canaries if canary.encode() in inside] == []

    second = Machine(tmp_path / "second", sandbox, databases[1])
    (second.home / "keys").mkdir(mode=0o700)
    for name in ("kek.json", "ledger.key"):
        shutil.copy2(first.home / "keys" / name, second.home / "keys" / name)
    shutil.copytree(first.home / "outside", second.home / "outside")
    shutil.rmtree(first.home)

    done = second.does(DRILL, "after", archive)
    assert done["restore"]["code"] == 0, done["restore"]
    assert done["restore"]["told"]["problems"] == []
    assert done["restore"]["told"]["lost_entries"]["ruian"] > 0
    assert done["held"] == {"state": "ask", "why": "restored", "accepted": 2}
    assert done["reconcile"]["told"]["settled"] == 1
    assert done["found"] == "published"
    assert (done["accepted"], done["next"]) == (2, "published")
    titles = [article["title"] for article in sandbox.public()]
    assert sorted(titles) == sorted(["技能月开幕", "校园招聘会预告", "校运会安排"])
    assert done["audit"]["code"] == 0, done["audit"]
    wrong = [line["name"] for line in done["check"]["told"]["lines"] if line["standing"] == "wrong"]
    assert sorted(set(wrong)) == ["switches", "worker"]
    over_it = done["over_it"]
    assert (over_it["code"], over_it["told"]["problems"], len(over_it["told"]["kept_aside"])) == (0, [], 2)
