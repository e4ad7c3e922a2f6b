"""Envelope encryption: bound to its context, rotatable, and loud about every change (K7, SE1, SE6)."""

import json
import stat

import pytest

from guanhao.core import envelope
from guanhao.core.envelope import Context, EnvelopeBroken, KeyMissing

HERE = Context(1, 7, "app_secret", 3)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "kek.json"


@pytest.fixture
def ring(path):
    return envelope.create_keys(path)


@pytest.mark.requirement("K7")
def test_what_is_sealed_opens_in_its_context_alone(ring):
    """Another institution, account, kind or version is another context."""
    sealed = envelope.seal(ring, HERE, b"secret")
    assert envelope.unseal(ring, HERE, sealed) == b"secret"
    assert b"secret" not in sealed
    for other in (
        Context(2, 7, "app_secret", 3),
        Context(1, 8, "app_secret", 3),
        Context(1, 7, "password", 3),
        Context(1, 7, "app_secret", 2),
    ):
        with pytest.raises(EnvelopeBroken):
            envelope.unseal(ring, other, sealed)


@pytest.mark.requirement("SE1")
def test_every_flipped_character_is_noticed(ring):
    """Whichever part is touched: algorithm, key, wrapped key, text."""
    sealed = envelope.seal(ring, HERE, b"secret")
    for place in range(0, len(sealed), 3):
        touched = bytearray(sealed)
        touched[place] ^= 1
        with pytest.raises((EnvelopeBroken, KeyMissing)):
            envelope.unseal(ring, HERE, bytes(touched))


@pytest.mark.requirement("K7")
def test_the_algorithm_and_the_key_are_written_on_it(ring):
    """So that others can follow; an unknown algorithm is refused, never guessed."""
    sealed = json.loads(envelope.seal(ring, HERE, b"x"))
    assert sealed["alg"] == "AES-256-GCM"
    assert sealed["key"] == ring.current
    with pytest.raises(EnvelopeBroken):
        envelope.unseal(ring, HERE, json.dumps(sealed | {"alg": "ROT13"}).encode())


def test_equal_secrets_have_different_ciphertexts(ring):
    """A fresh data key and nonce each time."""
    assert envelope.seal(ring, HERE, b"x") != envelope.seal(ring, HERE, b"x")


@pytest.mark.requirement("SE6")
def test_keys_rotate_with_both_readable_until_the_old_one_is_dropped(path, ring):
    """Old values open under the new ring, are re-wrapped, and then the old key is useless."""
    sealed = envelope.seal(ring, HERE, b"secret")
    both = envelope.add_key(path)
    assert both.current != ring.current
    assert envelope.unseal(both, HERE, sealed) == b"secret"
    again = envelope.rewrap(both, HERE, sealed)
    assert envelope.key_id_of(again) == both.current
    assert envelope.rewrap(both, HERE, again) == again
    new = envelope.drop_old_keys(path)
    assert envelope.unseal(new, HERE, again) == b"secret"
    with pytest.raises(KeyMissing):
        envelope.unseal(new, HERE, sealed)


def test_the_key_file_is_the_owners_alone(path, ring):
    """0600 from the first byte; one that others may read is refused."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    envelope.add_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(KeyMissing, match="600"):
        envelope.load_keys(path)


def test_an_existing_key_file_is_never_overwritten(path, ring):
    """That would destroy every secret."""
    with pytest.raises(FileExistsError):
        envelope.create_keys(path)
    assert envelope.load_keys(path).keys == ring.keys


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"current": "a", "keys": {"b": "eA=="}}', '{"current": 1, "keys": 2}']
)
def test_a_malformed_key_file_is_said_to_be_one(path, ring, text):
    """A sentence, not a traceback of something else."""
    path.write_text(text)
    with pytest.raises(KeyMissing, match="malformed"):
        envelope.load_keys(path)


@pytest.mark.requirement("SE2")
def test_keys_do_not_show_in_representations(ring):
    """Rings end up in tracebacks."""
    assert not any(repr(key) in repr(ring) for key in ring.keys.values())
