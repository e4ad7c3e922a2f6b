"""The main job leaves exactly the entries of its changes, and the log it leaves verifies (LG2, K5)."""

from __future__ import annotations

import pytest

from guanhao.cases.models import Case, Decision
from guanhao.contents.models import Article
from guanhao.core.verdicts import Refused
from guanhao.ledger import keys
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.ledger.verify import verify
from guanhao.people.models import Appointment, Person, Unit
from tests.contents.conftest import decide, submit
from tests.support.bijection import assert_bijection, assert_last_state

pytestmark = [pytest.mark.database, pytest.mark.requirement("LG2"), pytest.mark.requirement("K5")]


def test_every_change_of_the_main_job_has_its_entry_and_every_entry_its_change(
    ruian, offer, time, tmp_path, settings
):
    """Offered, decided, returned, refused and withdrawn: rows and entries are in one-to-one correspondence."""
    settings.LEDGER_KEY_PATH = tmp_path / "ledger.key"
    keys.create_if_missing()
    approved = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", approved)
    for who in ("ruian-section-head", "ruian-leader", "ruian-editor"):
        decide(ruian, who, approved)
    returned = offer(ruian, "ruian-student", kind="student", unit="学生科", title="第二篇稿件")
    submit(ruian, "ruian-student", returned)
    with pytest.raises(Refused):
        decide(ruian, "ruian-student", returned)
    decide(ruian, "ruian-editor", returned, "return")

    assert_bijection(Article.objects.all(), Action.ARTICLE_CREATED)
    assert_bijection(Case.objects.all(), Action.CASE_OPENED)
    assert_bijection(Decision.objects.all(), Action.CASE_DECIDED, fact="decision")
    assert_bijection(Unit.objects.all(), Action.UNIT_CREATED)
    assert_bijection(Person.objects.all(), Action.PERSON_CREATED)
    assert_last_state(Case.objects.all(), "case")
    assert Appointment.objects.count() == Event.objects.filter(action=Action.APPOINTMENT_BEGUN).count()
    assert verify(ruian.institution, key=keys.public_key()).good
