"""Accounts as the public meets them: in use, uninspected, suspended, closed."""

from __future__ import annotations

from datetime import date

import pytest

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.registry.actions import add_account
from guanhao.registry.models import Account


@pytest.fixture
def account(ruian):
    """Make an account of 瑞安学院: ``account(name="…", state="closed")``; the office's head answers for it."""

    def make(name, platform="weibo", state="active", **columns):
        late = {key: columns.pop(key) for key in ("closed_on", "uninspected_since") if key in columns}
        made = add_account(
            actor=system("test"),
            institution=ruian.institution,
            platform=platform,
            name=name,
            owner_unit=ruian.units["学生科"],
            first_responsible=ruian.people["ruian-office-head"],
            state=state,
            **columns,
        )
        Account.objects.filter(pk=made.pk).update(**late)
        made.refresh_from_db()
        return made

    return make


@pytest.fixture
def closed(account):
    """An account that was closed on a day that is known."""
    return account("瑞安学院旧微博", state="closed", handle="1000000001", closed_on=date(2026, 3, 2))


@pytest.fixture
def uninspected(account):
    """An account that missed its inspection."""
    return account("瑞安学院学生会", handle="1000000002", uninspected_since=clock.today())
