"""Weights and thresholds of names: part of the rulebook, with defaults, compared and refused when they make no sense."""

import pytest

from guanhao.rulebook.diff import Leaning, diff
from guanhao.rulebook.loading import loads
from guanhao.rulebook.problems import RulebookError


def test_a_rulebook_that_says_nothing_has_the_usual_ones(hospital):
    """Telling from fifty, impostors from eighty."""
    assert (hospital.name_watch.tell_at, hospital.name_watch.impostor_at) == (50, 80)


def test_a_rulebook_may_set_its_own(hospital_text):
    """Only what differs needs saying."""
    rulebook = loads(f"{hospital_text}\nname_watch: {{tell_at: 40, official: 25}}\n")
    assert (rulebook.name_watch.tell_at, rulebook.name_watch.official, rulebook.name_watch.full) == (
        40,
        25,
        70,
    )


@pytest.mark.parametrize(
    "said", ["tell_at: 90", "tell_at: 0", "impostor_at: 101", "tell_at: 1.5", "nonsense: 3"]
)
def test_thresholds_that_make_no_sense_are_refused(hospital_text, said):
    """With the line."""
    with pytest.raises(RulebookError):
        loads(f"{hospital_text}\nname_watch: {{{said}}}\n")


def test_a_lower_threshold_is_stricter(hospital, hospital_text):
    """For the comparison of versions."""
    after = loads(f"{hospital_text}\nname_watch: {{tell_at: 40}}\n")
    assert Leaning.LAXER not in {change.leaning for change in diff(hospital, after)}
