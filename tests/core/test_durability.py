"""The database must keep what it committed, and the product asks it at every start."""

from __future__ import annotations

import pytest
from django.db import connection

from guanhao.core import durability


@pytest.mark.django_db
@pytest.mark.requirement("K11")
def test_the_settings_we_ship_are_durable():
    """On both databases, asked of the live connection."""
    assert durability.complaints() == []
    durability.require()


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K11")
def test_a_weakened_database_is_refused_by_name():
    """What an administrator loosened is named, with what would be right."""
    weaken, mend, name = {
        "sqlite": ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL", "synchronous"),
        "postgresql": ("SET synchronous_commit TO off", "SET synchronous_commit TO on", "synchronous_commit"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(weaken)
        try:
            with pytest.raises(SystemExit, match=name):
                durability.require()
        finally:
            cursor.execute(mend)
