"""Attempts are told in words: every call that a driver makes and every class of effect."""

import pytest

from guanhao.publishing.channels import DRIVERS
from guanhao.publishing.types import EffectClass
from guanhao.web.callwords import CALLS, EFFECTS
from guanhao.web.templatetags.working import call_said, effect_said


def test_every_public_call_and_every_effect_has_words():
    """A new driver fails here until its call is named."""
    assert {driver.call for driver in DRIVERS.values()} <= set(CALLS)
    assert set(EFFECTS) == set(EffectClass.values)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_reads_as_words(call):
    """The technical name stays beside it as small text; it is never the only word."""
    assert call_said(call) != call
    assert effect_said("P") == "公开"
