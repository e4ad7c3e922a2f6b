"""The tree of RFC 9162: published vectors, and what must hold for every tree."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.ledger import merkle

# The eight leaves and the roots that the transparency-dev reference tests publish for each size.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf, size) → audit path, and (first, second) → consistency path, as the same tests publish them (1-based leaf).
PATHS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (2, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

leaf_lists = st.lists(st.binary(max_size=4).map(merkle.leaf_hash), min_size=1, max_size=70)


def grow(leaves: list[bytes]) -> tuple[merkle.Frontier, dict[merkle.Place, bytes]]:
    """The frontier over the leaves and the hashes of all perfect subtrees."""
    frontier, places = merkle.Frontier(), {}
    for index, leaf in enumerate(leaves):
        places[0, index] = leaf
        frontier, completed = frontier.append(leaf)
        places.update(completed)
    return frontier, places


def definition(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 §2.1.1 defines it, without any cleverness."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(definition(leaves[:split]), definition(leaves[split:]))


@pytest.mark.requirement("LG3")
@pytest.mark.requirement("LG6")
@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    """Every prefix of the published inputs has its published root, by frontier and by subtree reads alike."""
    frontier, places = grow([merkle.leaf_hash(data) for data in INPUTS[:size]])

    assert frontier.root().hex() == ROOTS[size]
    assert merkle.root(size, lambda *place: places[place]).hex() == ROOTS[size]


@pytest.mark.requirement("LG6")
@pytest.mark.parametrize(("claim", "path"), PATHS.items())
def test_published_audit_paths(claim, path):
    """The audit paths of the published tree are the published ones and verify."""
    leaf, size = claim[0] - 1, claim[1]
    leaves = [merkle.leaf_hash(data) for data in INPUTS]
    _, places = grow(leaves)

    proof = merkle.inclusion_proof(leaf, size, lambda *place: places[place])

    assert [step.hex() for step in proof] == path
    assert merkle.verify_inclusion(leaves[leaf], leaf, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.requirement("LG6")
@pytest.mark.parametrize(("claim", "path"), CONSISTENCY.items())
def test_published_consistency_paths(claim, path):
    """The consistency paths of the published tree are the published ones and verify."""
    _, places = grow([merkle.leaf_hash(data) for data in INPUTS])
    first_root, second_root = (bytes.fromhex(ROOTS[size]) for size in claim)

    proof = merkle.consistency_proof(*claim, lambda *place: places[place])

    assert [step.hex() for step in proof] == path
    assert merkle.verify_consistency(*claim, first_root, second_root, proof)


@given(leaf_lists)
def test_frontier_agrees_with_the_definition(leaves):
    """Appending one by one gives the root that the recursive definition gives."""
    assert grow(leaves)[0].root() == definition(leaves)


@given(leaf_lists, st.lists(st.integers(0, 70)))
def test_many_leaves_at_once_are_the_same_as_one_by_one(leaves, cuts):
    """However the leaves are cut into stretches: the same frontier, and the same hashes in the same places."""
    bounds = sorted({0, len(leaves), *(cut for cut in cuts if cut < len(leaves))})
    frontier, places = merkle.Frontier(), {(0, index): leaf for index, leaf in enumerate(leaves)}
    for start, end in pairwise(bounds):
        frontier, runs = frontier.extended(leaves[start:end])
        for level, first, hashes in runs:
            places |= {(level, index): value for index, value in enumerate(hashes, start=first)}

    assert (frontier, places) == grow(leaves)


@given(leaf_lists, st.data())
def test_every_inclusion_proof_verifies_and_binds_leaf_index_size_and_root(leaves, data):
    """A proof verifies for its own claim, and for no other leaf, index, size or root."""
    frontier, places = grow(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(index, len(leaves), lambda *place: places[place])
    root = frontier.root()

    assert merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(b"\xff" * 31 + b"x", index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof, b"\x00" * 32)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), [*proof, root], root)
    assert not merkle.verify_inclusion(leaves[index], len(leaves), len(leaves), proof, root)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof[:-1], root)


@given(leaf_lists, st.data())
def test_every_consistency_proof_verifies_and_binds_both_roots(leaves, data):
    """A proof joins exactly the two roots it was made for."""
    second = len(leaves)
    first = data.draw(st.integers(1, second))
    _, places = grow(leaves)
    first_root, second_root = definition(leaves[:first]), definition(leaves)
    proof = merkle.consistency_proof(first, second, lambda *place: places[place])

    assert merkle.verify_consistency(first, second, first_root, second_root, proof)
    assert not merkle.verify_consistency(first, second, b"\x01" * 32, second_root, proof)
    assert not merkle.verify_consistency(first, second, first_root, b"\x01" * 32, proof)
    assert not merkle.verify_consistency(first, second, first_root, second_root, [*proof, first_root])
    if first != second:
        assert not merkle.verify_consistency(second, first, second_root, first_root, proof)


@given(st.integers(0, 300), st.integers(1, 300))
def test_completed_places_are_those_that_appending_completes(start, more):
    """The ranges a verifier compares are exactly the nodes an appender stores."""
    end = start + more
    frontier, completed = merkle.Frontier(), set()
    for index in range(end):
        frontier, nodes = frontier.append(bytes(32))
        if index >= start:
            completed.update(place for place, _ in nodes)

    told = {
        (level, index)
        for level, first, after in merkle.places_completed(start, end)
        for index in range(first, after)
    }

    assert told == completed


@given(st.integers(1, 2000), st.data())
def test_a_proof_reads_a_logarithmic_number_of_places(size, data):
    """A proof never reads more than two hashes a level, so it costs one small query at any size."""
    index = data.draw(st.integers(0, size - 1))

    places = merkle.places_read(lambda read: merkle.inclusion_proof(index, size, read))

    assert len(places) <= 2 * size.bit_length()


def test_the_empty_tree_is_a_prefix_of_every_tree():
    """A log without entries has the hash of nothing as root and needs no proof."""
    assert merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, b"x" * 32, [])
    assert not merkle.verify_consistency(0, 3, b"x" * 32, b"x" * 32, [])
    assert not merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, b"x" * 32, [b"x" * 32])
