"""The first institution of an installation comes from its rulebook file and nothing else."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from guanhao.core import tenancy
from guanhao.people.models import CapabilityGrant, Institution, Unit, User
from guanhao.regulation.queries import in_force

RULEBOOKS = Path(__file__).resolve().parents[2] / "rulebooks"


def _renamed(tmp_path, name="ruian.yaml"):
    """A copy of a shipped rulebook, so that it can be founded beside the fixed cast."""
    target = tmp_path / name
    target.write_text((RULEBOOKS / name).read_text(encoding="utf-8"), encoding="utf-8")
    return target


def test_an_institution_is_founded_with_units_rules_and_three_administrators(db, tmp_path):
    """Units that carry functions exist, the rulebook is in force, and each administrator can sign in."""
    out = StringIO()
    call_command("create_institution", "second", rulebook=str(_renamed(tmp_path)), stdout=out)
    institution = Institution.objects.get(key="second")
    with tenancy.within(institution):
        assert in_force(institution).rulebook.functions["competent_office"].all_units == ("办公室",)
        assert Unit.objects.with_function("competent_office").count() == 1
        assert CapabilityGrant.objects.count() == 3
    username, password = next(line.split() for line in out.getvalue().splitlines() if "second-system" in line)
    assert User.objects.get(username=username).check_password(password)


@pytest.mark.parametrize("fault", ["missing file", "bad rulebook", "taken key"])
def test_a_fault_founds_nothing(db, tmp_path, fault):
    """A sentence, and not half an institution."""
    path = _renamed(tmp_path)
    if fault == "bad rulebook":
        path.write_text("rulebook: x\n", encoding="utf-8")
    key = "ruian" if fault == "taken key" else "third"
    before = Institution.objects.count()
    with pytest.raises(CommandError):
        call_command(
            "create_institution", key, rulebook=str(tmp_path / "no.yaml" if fault == "missing file" else path)
        )
    assert Institution.objects.count() == before
