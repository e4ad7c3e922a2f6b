"""Verify an exported ledger without the product: Python's standard library is enough.

    python3 verify.py [BUNDLE] [--key KEYFILE] [--checkpoint FILE ...] [--json]

BUNDLE is the exported zip file or the directory it was unpacked to (where this file lies, when not given). Give the
key and the checkpoints that were kept outside: what the bundle says of itself only proves that it is consistent.

It shares no code with the product on purpose, so that a fault in one is found by the other. It checks that

1. the files are those of the manifest;
2. every checkpoint is signed by the key (Ed25519, C2SP signed note);
3. a whole log (entries removed under retention by their leaf hashes) leads to every checkpoint's root, and an excerpt's entries lead to the root by their proofs (RFC 9162);
4. each checkpoint extends the one before it;
5. every detail that came along belongs to its entry.

Exit code 0: all good. 1: something is wrong, and is named. 2: the bundle cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

Point = tuple[int, int, int, int]
Key = tuple[str, bytes, bytes]

MOST_SAID = 1000
# What comes of files that are missing, broken, or say what no export says.
UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, zipfile.BadZipFile,
)  # fmt: skip
KEY_BYTES, SIGNATURE_BYTES = 32, 64
EMPTY = hashlib.sha256(b"").digest()


# --- RFC 9162 ---------------------------------------------------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """H(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to (§2.1.3.2)."""
    last, current = size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            current = node_hash(sibling, current)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        index, last = index >> 1, last >> 1
    return current if last == 0 else None


def extends(first: int, second: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of ``second`` leaves extends that of ``first`` (§2.1.4.2)."""
    if first == second:
        return old_root == new_root and not path
    path = list(path) if first & (first - 1) else [old_root, *path]
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and (old, new) == (old_root, new_root)


class Tree:
    """A tree that grows leaf by leaf."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        place = self.size
        while place & 1:
            leaf, place = node_hash(self.peaks.pop(), leaf), place >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root so far."""
        root = self.peaks[-1] if self.peaks else EMPTY
        for left in reversed(self.peaks[:-1]):
            root = node_hash(left, root)
        return root


# --- Ed25519, RFC 8032 §6 ---------------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y: int, sign: int) -> int | None:
    """The x of the point with this y and sign; nothing where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0) or 0
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def add(one: Point, two: Point) -> Point:
    """The sum of two points in extended coordinates."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def decompress(data: bytes) -> Point | None:
    """The point that 32 bytes stand for; nothing where they stand for none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature on the message is the key's."""
    if len(key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return not (
        (left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P
    )


# --- Notes ------------------------------------------------------------------------------------------------------------


def read_key(text: str) -> Key:
    """Name, id and key of a verifier key."""
    name, digest, encoded = text.strip().split("+", 2)
    data = base64.b64decode(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if data[:1] != b"\x01" or expected.hex() != digest:
        raise ValueError("The verifier key is malformed.")
    return name, expected, data[1:]


def read_note(note: str, key: Key) -> tuple[str, int, bytes, bool]:
    """Origin, size, root, and whether the note is signed by the key."""
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")[:3]
    name, key_id, public = key
    signed = False
    for line in signatures.splitlines():
        _, signer, encoded = line.split(" ")
        data = base64.b64decode(encoded)
        if signer == name == origin and data[:4] == key_id:
            signed = signed or signed_by(public, (text + "\n").encode(), data[4:])
    return origin, int(size), base64.b64decode(root), signed


# --- The bundle -------------------------------------------------------------------------------------------------------


class Bundle:
    """The files of an export, zipped or unpacked."""

    def __init__(self, place: str) -> None:
        self.place = Path(place)
        self.zip = zipfile.ZipFile(self.place) if self.place.is_file() else None

    def read(self, name: str) -> bytes:
        """A small file."""
        return self.zip.read(name) if self.zip else (self.place / name).read_bytes()

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self.zip.namelist() if self.zip else (self.place / name).is_file()

    def open(self, name: str) -> BinaryIO:
        """A file to be read piece by piece."""
        file: Any = self.zip.open(name) if self.zip else (self.place / name).open("rb")
        return file  # type: ignore[no-any-return]

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """Parsed lines, one at a time: a log may be larger than the memory."""
        with self.open(name) as file:
            for line in file:
                yield json.loads(line)

    def digest(self, name: str) -> str:
        """The SHA-256 of a file."""
        total = hashlib.sha256()
        with self.open(name) as file:
            while block := file.read(1 << 20):
                total.update(block)
        return total.hexdigest()


class Checker:
    """Checks a bundle and collects what is wrong."""

    def __init__(self, bundle: Bundle, key_text: str, outside: Sequence[str]) -> None:
        self.bundle = bundle
        self.wrong: list[str] = []
        self.manifest: dict[str, Any] = json.loads(bundle.read("manifest.json"))
        self.key = read_key(key_text or bundle.read("key.txt").decode())
        self.heads: dict[int, bytes] = {}
        self.outside = outside
        self.entries = 0
        self.details: dict[int, dict[str, Any]] = {}

    def run(self) -> list[str]:
        """Check everything; what is wrong."""
        self.check_files()
        self.check_notes()
        self.read_details()
        if self.manifest["whole"]:
            self.check_whole()
        else:
            self.check_excerpt()
        self.check_growth()
        return self.wrong

    def say(self, sentence: str) -> None:
        """Note what is wrong."""
        if len(self.wrong) < MOST_SAID:
            self.wrong.append(sentence)

    def check_files(self) -> None:
        """1. The files are those of the manifest."""
        for name, digest in self.manifest["files"].items():
            if not self.bundle.has(name):
                self.say(f"{name} is missing.")
            elif self.bundle.digest(name) != digest:
                self.say(f"{name} is not the file of the manifest.")

    def check_notes(self) -> None:
        """2. Every checkpoint is signed, of this log, and contradicts none."""
        notes = [(name, self.bundle.read(name).decode()) for name in self.manifest["checkpoints"]]
        for name, note in notes + [
            (str(path), Path(path).read_text(encoding="utf-8")) for path in self.outside
        ]:
            origin, size, root, signed = read_note(note, self.key)
            if not signed:
                self.say(f"{name} is not signed by the key.")
            if origin != self.manifest["origin"]:
                self.say(f"{name} is of another log: {origin}.")
            if self.heads.setdefault(size, root) != root:
                self.say(f"{name} contradicts another checkpoint of size {size}.")

    def read_details(self) -> None:
        """Keep the details that came along."""
        if self.bundle.has("details.ndjson"):
            for line in self.bundle.lines("details.ndjson"):
                self.details[line["index"]] = line

    def check_entry(self, line: dict[str, Any], index: int) -> bytes:
        """That an entry stands in its place and its detail belongs to it; its leaf hash."""
        data = line["entry"].encode()
        entry = json.loads(data)
        if (line["index"], entry["index"], entry["log"]) != (index, index, self.manifest["origin"]):
            self.say(f"Entry {index}: it belongs elsewhere ({entry['log']} {entry['index']}).")
        detail = self.details.get(index)
        if detail:
            text = json.dumps(detail["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            salted = b"guanhao/detail/1\x00" + bytes.fromhex(detail["salt"]) + text.encode()
            if "sha256:" + hashlib.sha256(salted).hexdigest() != entry["detail"]:
                self.say(f"Entry {index}: its detail is not the one it committed to.")
        self.entries += 1
        return leaf_hash(data)

    def check_whole(self) -> None:
        """3. The whole log leads to every checkpoint."""
        tree = Tree()
        self.read_removed(tree)
        for line in self.bundle.lines("entries.ndjson"):
            if line["index"] != tree.size:
                self.say(f"Entry {tree.size}: missing; {line['index']} follows.")
                return
            tree.append(self.check_entry(line, tree.size))
            self.meet(tree)
        if tree.size != self.manifest["size"]:
            self.say(f"Entry {tree.size}: missing; the log has {self.manifest['size']}.")
        for size in sorted(size for size in self.heads if size > tree.size):
            self.say(f"Entry {tree.size}: missing; a checkpoint vouches for {size}.")

    def read_removed(self, tree: Tree) -> None:
        """Let the leaf hashes of entries that were removed under retention stand for them."""
        removed = self.manifest.get("removed", 0)
        if not removed:
            return
        with self.bundle.open("removed.txt") as file:
            for line in file:
                tree.append(bytes.fromhex(line.decode().strip()))
                self.meet(tree)
        if tree.size != removed:
            self.say(f"removed.txt has {tree.size} leaf hashes; the manifest says {removed}.")

    def meet(self, tree: Tree) -> None:
        """Compare the root with the checkpoint of this size, if there is one."""
        if tree.size in self.heads and tree.root() != self.heads[tree.size]:
            good = max([size for size in self.heads if size < tree.size], default=0)
            self.say(
                f"Entries {good}-{tree.size - 1}: the log does not lead to the checkpoint of size {tree.size}."
            )

    def check_excerpt(self) -> None:
        """3. Each entry of an excerpt leads to the checkpoint by its proof."""
        size = self.manifest["size"]
        root = self.heads.get(size)
        if root is None:
            self.say(f"There is no checkpoint of size {size} to prove the entries by.")
            return
        for line in self.bundle.lines("entries.ndjson"):
            leaf = self.check_entry(line, line["index"])
            path = [bytes.fromhex(step) for step in line["proof"]]
            if climb(leaf, line["index"], size, path) != root:
                self.say(f"Entry {line['index']}: its proof does not lead to the checkpoint.")

    def check_growth(self) -> None:
        """4. Each checkpoint extends the one before it."""
        for proof in json.loads(self.bundle.read("consistency.json")):
            first, second = proof["first"], proof["second"]
            path = [bytes.fromhex(step) for step in proof["path"]]
            if first not in self.heads or second not in self.heads:
                self.say(f"A consistency proof names a size without checkpoint: {first} or {second}.")
            elif not extends(first, second, self.heads[first], self.heads[second], path):
                self.say(f"The checkpoint of size {second} does not extend the one of size {first}.")


def main() -> int:
    """Read the command line, check, report."""
    parser = argparse.ArgumentParser(description="Verify an exported ledger.")
    parser.add_argument("bundle", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--key", help="file with the verifier key that was kept outside")
    parser.add_argument("--checkpoint", action="append", default=[], help="checkpoint that was kept outside")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        key = Path(options.key).read_text(encoding="utf-8") if options.key else ""
        checker = Checker(Bundle(options.bundle), key, options.checkpoint)
        wrong = checker.run()
    except UNREADABLE as trouble:
        sys.stderr.write(f"The bundle cannot be read: {trouble!r}\n")
        return 2
    report = {
        "good": not wrong,
        "origin": checker.manifest["origin"],
        "entries": checker.entries,
        "removed": checker.manifest.get("removed", 0),
        "checkpoints": len(checker.heads),
        "vouched_for": max(checker.heads, default=0),
        "wrong": wrong,
    }
    outcome = "good" if not wrong else "NOT GOOD"
    summary = f"{report['origin']}: {outcome}. {checker.entries} entries, {len(checker.heads)} checkpoints."
    if report["removed"]:
        summary += (
            f" Entries 0-{report['removed'] - 1} were removed under retention; their leaf hashes are kept."
        )
    text = json.dumps(report, ensure_ascii=False) if options.json else "\n".join([*wrong, summary])
    sys.stdout.write(f"{text}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
