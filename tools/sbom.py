"""`make sbom`: the bill of materials as CycloneDX JSON, from the locks alone (BK4): what is installed, with its hashes.

Python packages from requirements.lock, browser assets from package-lock.json. The same locks give the same bill: its
serial number is derived from them, and it carries no time.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

import guanhao

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "package-lock.json")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NAMESPACE = uuid.UUID("6d1f0d2e-5f0a-4a52-9f55-0a3b8f4f6e11")


def main() -> int:
    """Write the bill to the file named, or to build/sbom.json."""
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "sbom.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    text = bill(ROOT)
    place.write_text(text, encoding="utf-8")
    print(f"{place}: {len(json.loads(text)['components'])} components")
    return 0


def bill(root: Path) -> str:
    """The bill of the locks in a directory."""
    parts = [*python_packages(root / LOCKS[0]), *browser_assets(root / LOCKS[1])]
    made = Bom(components=parts)
    whole = Component(
        name="guanhao", version=guanhao.__version__, type=ComponentType.APPLICATION, bom_ref="guanhao"
    )
    made.metadata.component = whole
    made.register_dependency(whole, parts)
    made.serial_number = uuid.uuid5(_NAMESPACE, "".join((root / lock).read_text() for lock in LOCKS))
    document = json.loads(JsonV1Dot6(made).output_as_string())
    document["metadata"].pop("timestamp", None)
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def python_packages(lock: Path) -> Iterator[Component]:
    """Every pinned package with the hashes of all its files; pip installs nothing else from this lock."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        pinned = PINNED.match(line)
        if pinned is None:
            continue
        name, version = pinned[1].lower(), pinned[2]
        yield Component(
            name=name, version=version, type=ComponentType.LIBRARY, bom_ref=f"pypi:{name}@{version}",
            purl=PackageURL("pypi", None, name, version),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=value) for value in HASH.findall(line)],
        )  # fmt: skip


def browser_assets(lock: Path) -> Iterator[Component]:
    """Every package that is served to browsers or built from."""
    for path, entry in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if not path:
            continue
        name = path.rsplit("node_modules/", 1)[-1]
        group, _, bare = name.rpartition("/")
        algorithm, _, value = entry["integrity"].partition("-")
        yield Component(
            name=name, version=entry["version"], type=ComponentType.LIBRARY, bom_ref=f"npm:{path}",
            purl=PackageURL("npm", group or None, bare, entry["version"]),
            hashes=[HashType(alg=_ALGORITHMS[algorithm], content=base64.b64decode(value).hex())],
        )  # fmt: skip


_ALGORITHMS = {"sha512": HashAlgorithm.SHA_512, "sha256": HashAlgorithm.SHA_256, "sha1": HashAlgorithm.SHA_1}


if __name__ == "__main__":
    sys.exit(main())
