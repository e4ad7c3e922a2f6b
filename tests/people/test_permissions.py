"""Permissions follow from posts and functions, bind at once, and keep the three administrators apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guanhao.core import actors, clock
from guanhao.core.verdicts import Denied, Refused
from guanhao.people import actions
from guanhao.people.models import Appointment, CapabilityGrant
from guanhao.people.permissions import Permission, may, standing
from guanhao.people.types import Capability

ACTOR = actors.system("test")


def test_the_competent_office_sees_all_articles_and_a_section_does_not(ruian):
    """The function of the unit decides, not a name in code."""
    assert may(ruian.people["ruian-editor"], Permission.ARTICLE_SEE_ALL)
    assert not may(ruian.people["ruian-section-head"], Permission.ARTICLE_SEE_ALL)


@pytest.mark.requirement("TN6")
def test_the_end_of_an_appointment_binds_at_the_next_question(ruian):
    """No session or cache keeps a permission alive."""
    editor = ruian.people["ruian-editor"]
    Appointment.objects.filter(person=editor).update(until=clock.today() - timedelta(days=1))
    assert not may(editor, Permission.ARTICLE_SEE_ALL)


def test_an_appointment_of_next_month_gives_nothing_yet(ruian):
    """From–to is inclusive and exact."""
    student = ruian.people["ruian-student"]
    tomorrow = clock.today() + timedelta(days=1)
    actions.appoint(actor=ACTOR, person=student, unit=ruian.units["办公室"], post="editor", since=tomorrow)
    assert not may(student, Permission.ARTICLE_SEE_ALL)


@pytest.mark.requirement("K12")
@pytest.mark.parametrize("second", [Capability.SYSTEM, Capability.AUDIT, Capability.SECURITY])
def test_nobody_holds_two_of_the_three_administrations(ruian, second):
    """The database itself refuses the second one."""
    with pytest.raises(Refused):
        actions.grant_capability(actor=ACTOR, person=ruian.people["ruian-system"], capability=second)
    assert (
        CapabilityGrant.objects.filter(person=ruian.people["ruian-system"], ended_at__isnull=True).count()
        == 1
    )


@pytest.mark.requirement("K12")
@pytest.mark.parametrize("name", ["ruian-system", "ruian-security", "ruian-audit"])
def test_administrators_read_no_drafts_and_publish_nothing(ruian, name):
    """Their permissions are their own and nothing else."""
    held = standing(ruian.people[name]).permissions
    assert not held & {
        Permission.ARTICLE_SEE_ALL,
        Permission.PUBLISHING_SEE_ALL,
        Permission.PUBLISHING_STOP,
        Permission.ACCOUNT_CONNECT,
        Permission.ACCOUNT_MANAGE,
    }


def test_an_administrator_who_hands_over_can_be_followed(ruian):
    """Ending a capability frees the person for another."""
    grant = CapabilityGrant.objects.get(person=ruian.people["ruian-system"])
    actions.end_capability(actor=ACTOR, grant=grant)
    assert actions.grant_capability(
        actor=ACTOR, person=ruian.people["ruian-system"], capability=Capability.AUDIT
    )


def test_a_refusal_says_why(ruian):
    """Denials carry their reason in both languages."""
    verdict = may(ruian.people["ruian-student"], Permission.UNIT_MANAGE)
    assert isinstance(verdict, Denied)
    assert verdict.reason.zh
    assert verdict.reason.en


def test_who_left_holds_nothing_and_cannot_sign_in(ruian):
    """Leaving ends posts, delegations and the sign-in in one transaction (SI4)."""
    editor = ruian.people["ruian-editor"]
    actions.deactivate(actor=ACTOR, person=editor, on=date(2026, 1, 31))
    editor.refresh_from_db()
    editor.user.refresh_from_db()
    assert standing(editor).permissions == frozenset()
    assert not editor.user.is_active
    assert not Appointment.objects.on().filter(person=editor).exists()
