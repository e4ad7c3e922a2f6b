"""What tests of the working pages share: a Monday morning, an article on its way, one that was approved."""

from datetime import datetime

import pytest

from guanhao.cases.models import Step
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.ledger import keys
from tests.contents.conftest import decide, offer, submit

__all__ = ["offer"]

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
TUESDAY_IN_THE_WINDOW = datetime(2026, 11, 24, 16, 30, tzinfo=CHINA)


@pytest.fixture
def morning():
    """Nine o'clock on a Monday, standing still."""
    with clock.frozen(MONDAY):
        yield MONDAY


@pytest.fixture
def draft(morning, ruian, offer):
    """A student's draft."""
    return offer(ruian, "ruian-student", kind="student", unit="学生科")


@pytest.fixture
def step(ruian, draft):
    """The office's step of the student's article."""
    submit(ruian, "ruian-student", draft)
    draft.refresh_from_db()
    return Step.objects.waiting().select_related("case").get(case=draft.case)


@pytest.fixture
def approved(ruian, step, draft):
    """The student's article, approved by the second editor."""
    decide(ruian, "ruian-editor-2", draft)
    return draft


@pytest.fixture
def ledger_key():
    """The worker signs checkpoints of the ledger."""
    return keys.create_if_missing()
