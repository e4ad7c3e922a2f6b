"""PD2 at the gate: a staged push is not sent once somebody it shows took the consent back; it waits, and is not cancelled."""

from __future__ import annotations

import pytest

from guanhao.privacy import consenting, retracting
from guanhao.privacy.models import PublicationConsent
from guanhao.privacy.types import Agreed, Shown
from guanhao.publishing.types import JobState
from tests.publishing.test_asking import again
from tests.publishing.world import DUE

SUBMIT = "/cgi-bin/freepublish/submit"
pytestmark = pytest.mark.requirement("PD2")


def test_a_staged_push_waits_from_the_withdrawal_on_and_goes_out_with_another_consent(world):
    """Nothing reaches the platform meanwhile, and the job says why."""
    revision = world.approved()
    consenting.show(
        **world.who("ruian-student"), article=revision.article, shown=Shown(name="王小红", uses=("photo",)),
        agreed=Agreed(how="verbal", note="当面同意"),
    )  # fmt: skip
    job = world.staged(world.planned(revision))
    consent = PublicationConsent.objects.get()
    retracting.withdraw(**world.who("ruian-editor"), consent=consent)
    world.time.to(DUE)
    world.work(seconds=60, step=10)
    assert world.sandbox.ledger(path=SUBMIT) == []
    assert again(job).state == JobState.STAGED
    assert "王小红" in again(job).cause
    consenting.give(
        **world.who("ruian-editor"), consent=consent, agreed=Agreed(how="verbal", note="重新同意")
    )
    world.work(seconds=120, step=10)
    assert again(job).state == JobState.PUBLISHED
