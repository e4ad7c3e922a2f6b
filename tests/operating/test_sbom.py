"""The bill of materials names exactly what the locks install (BK4)."""

import json
from pathlib import Path

import pytest

from tools.sbom import HASH, PINNED, bill

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.requirement("BK4")
def test_the_bill_names_every_locked_package_with_its_hashes():
    """CycloneDX 1.6; Python packages and browser assets; the same locks give the same bill."""
    text = bill(ROOT)
    told = json.loads(text)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    lock = (ROOT / "requirements.lock").read_text()
    pinned = {(found[1].lower(), found[2]) for line in lock.splitlines() if (found := PINNED.match(line))}
    assets = [path for path in json.loads((ROOT / "package-lock.json").read_text())["packages"] if path]
    named = {
        (one["name"], one["version"]) for one in told["components"] if one["purl"].startswith("pkg:pypi/")
    }
    assert named == pinned
    assert len(told["components"]) == len(pinned) + len(assets)
    assert all(one["hashes"] for one in told["components"])
    assert sum(len(one["hashes"]) for one in told["components"]) == len(HASH.findall(lock)) + len(assets)
    assert len({one["bom-ref"] for one in told["components"]}) == len(told["components"])
    assert bill(ROOT) == text


@pytest.mark.requirement("BK4")
def test_the_locks_hold_hashes_and_no_address():
    """Every package has at least one hash, and nothing is taken from anywhere but the configured registry."""
    for name in ("requirements.lock", "requirements-distributed.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        blocks = text.replace("\\\n", " ").splitlines()
        assert all(HASH.search(block) for block in blocks if PINNED.match(block))
