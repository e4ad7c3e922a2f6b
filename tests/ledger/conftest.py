"""An institution with an empty log."""

from __future__ import annotations

import pytest

from guanhao.core import clock, tenancy
from guanhao.ledger import keys
from guanhao.people.models import Institution


@pytest.fixture
def school(db):
    """An institution, in scope."""
    institution = Institution.objects.create(key="log-school", name="台账学校", created_at=clock.now())
    with tenancy.within(institution):
        yield institution


@pytest.fixture
def key(tmp_path, settings):
    """The installation's signing key, made for this test; its public half."""
    settings.LEDGER_KEY_PATH = tmp_path / "keys" / "ledger.key"
    keys.create_if_missing()
    return keys.public_key()


@pytest.fixture
def outside(tmp_path, settings):
    """Where checkpoints are sent to."""
    settings.LEDGER_OUTSIDE_PATH = tmp_path / "outside"
    return settings.LEDGER_OUTSIDE_PATH
