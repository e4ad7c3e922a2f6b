"""Signed and sealed paper is part of the act: without it the step does not pass, and what came back stays as it was."""

from __future__ import annotations

import zlib

import pytest
from django.db import DatabaseError, transaction

from guanhao.cases import actions as cases
from guanhao.cases.models import Decision, PaperCopy
from guanhao.cases.types import CaseState, PaperKind
from guanhao.contents.assets import open_asset
from guanhao.contents.isolated import FileRefused
from guanhao.core.canonical import digest_bytes
from guanhao.core.verdicts import Refused
from guanhao.documents import issuing, sealing
from guanhao.ledger.models import Event
from guanhao.ledger.types import Subject
from guanhao.people.access import actor_of
from guanhao.regulation.types import Parties
from guanhao.rulebook.types import Facts
from tests.cases.house import lived_in, route, step
from tests.documents.conftest import read_pdf

SCAN = b"%PDF-1.4 the page that came back, signed and sealed"


SEALED = route(
    step("sign", "unit_head", act="sign"),
    step("seal", "unit_head", act="seal", may_combine_with=["sign"]),
    step("office", "office_editor"),
)
PEOPLE = {"作者": "甲科.member", "科长": "甲科.head", "编辑": "办公室.editor", "外人": "乙科.member"}


@pytest.fixture
def bare(db):
    """The people, without rules yet."""
    with lived_in() as house:
        for name, post in PEOPLE.items():
            house.person(name, post)
        yield house


@pytest.fixture
def house(bare):
    """A head signs (which is done here), seals (which is on paper), and the office agrees."""
    bare.adopt(SEALED)
    return bare


@pytest.fixture
def case(house):
    return house.submit(house.people["作者"])


def bring_back(house, case, data=SCAN, who="作者", **more):
    person = house.people[who]
    return sealing.keep_returned(
        actor=actor_of(person), person=person, case=case, data=data, name="签章.pdf", **more
    )


def picture_bomb():
    """A PNG that says it has ten thousand million pixels."""
    header = b"IHDR" + (100_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    chunk = (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00" * 32


@pytest.mark.article("gpnu-6", "xartvu-5")
def test_a_seal_cannot_be_passed_without_the_sealed_paper(house, case):
    """The refusal names the article and nothing is decided; with the scan the same decision passes."""
    head = house.people["科长"]
    house.decide(head, case)
    with pytest.raises(Refused, match="纸质件") as refusal:
        house.decide(head, case)
    assert refusal.value.denied.article == "house-1"
    assert Decision.objects.count() == 1
    bring_back(house, case)
    house.decide(head, case)
    assert house.decide(house.people["编辑"], case).state == CaseState.APPROVED


def test_returning_and_rejecting_need_no_paper(house, case):
    """Only passing the step needs it: whoever sends the matter back has nothing to seal."""
    house.decide(house.people["科长"], case)
    assert house.decide(house.people["科长"], case, "reject").state == CaseState.REJECTED


@pytest.mark.article("xartvu-5")
def test_signing_and_sealing_in_one_gesture_stops_before_the_seal(house, case):
    """A decision for both steps passes the first and leaves the seal waiting for its paper."""
    outcome = house.decide(house.people["科长"], case, combine=True)
    assert [decision.step.key for decision in outcome.decisions] == ["sign"]
    assert outcome.next_step.key == "seal"


def test_a_rulebook_can_ask_for_paper_at_any_step(bare):
    """``paper: true`` makes a signature one on paper."""
    bare.adopt(route(step("sign", "unit_head", act="sign", paper=True)))
    case = bare.submit(bare.people["作者"])
    with pytest.raises(Refused, match="纸质件"):
        bare.decide(bare.people["科长"], case)


@pytest.mark.requirement("AP1")
def test_paper_about_other_content_does_not_count(house, case):
    """What was sealed is what is decided: a scan added while another text was up for decision is worth nothing."""
    house.decide(house.people["科长"], case)
    bring_back(house, case)
    type(case).objects.filter(pk=case.pk).update(subject_digest="sha256:later")
    with pytest.raises(Refused, match="纸质件"):
        house.decide(house.people["科长"], case, digest="sha256:later")


def test_what_came_back_is_kept_by_its_digest_and_never_replaced(house, case):
    """A second scan stands beside the first; rows can be neither changed nor deleted, by no code at all."""
    first = bring_back(house, case)
    second = bring_back(house, case, SCAN + b" again")
    assert bring_back(house, case).pk == first.pk
    assert [copy.pk for copy in case.papers.all()] == [first.pk, second.pk]
    assert first.digest == digest_bytes(SCAN)
    assert open_asset(first.digest) == (SCAN, "application/pdf")
    for change in (
        lambda: PaperCopy.objects.filter(pk=first.pk).update(digest=second.digest),
        lambda: PaperCopy.objects.filter(pk=first.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    told = Event.objects.filter(action="case.paper_added")
    assert [event.facts["digest"] for event in told.order_by("index")] == [first.digest, second.digest]
    assert "签章" not in str(told[0].facts)


def test_what_is_no_scan_is_refused(house, case):
    """A program, a Word file and a picture that would unpack to gigabytes are not taken, and nothing is kept."""
    for data in (b"MZ\x90\x00", b"PK\x03\x04 no archive", picture_bomb()):
        with pytest.raises((FileRefused, Refused)):
            bring_back(house, case, data)
    assert not PaperCopy.objects.exists()


def test_only_people_of_the_case_add_papers_and_only_for_steps_that_ask(house, case):
    """Somebody who cannot see the case cannot add to it; a step without paper cannot be covered; an ended case is over."""
    with pytest.raises(Refused, match="经手"):
        bring_back(house, case, who="外人")
    with pytest.raises(Refused, match="环节"):
        bring_back(house, case, covers=["office"])
    house.decide(house.people["科长"], case, "reject")
    with pytest.raises(Refused, match="结束"):
        bring_back(house, case)


@pytest.mark.article("xartvu-F1")
def test_the_sheet_that_was_printed_is_kept_as_it_was_printed(xartvu, tmp_path):
    """Printing for a case keeps the very bytes, their digest and the code that resolves to the record."""
    head = xartvu.people["xartvu-office-head"]
    account = next(iter(xartvu.accounts.values()))
    house_case = _case_of(xartvu, account)
    issued = issuing.issue(
        actor=actor_of(head),
        person=head,
        institution=xartvu.institution,
        form="registration",
        subject=Subject("account", str(account.pk), account.name),
        values={"name": account.name},
    )
    copy, sheet = sealing.keep_printed(actor=actor_of(head), person=head, case=house_case, issued=issued)
    assert (copy.kind, copy.code, copy.covers) == (PaperKind.PRINTED, issued.code, [])
    assert open_asset(copy.digest)[0] == sheet
    assert issuing.grouped(issued.code) in read_pdf(sheet, tmp_path)


def _case_of(cast, account):
    person = next(
        one
        for one in cast.people.values()
        if one.appointments.filter(unit=account.owner_unit, post="operator")
    )
    return cases.open_case(
        actor=actor_of(person),
        submitted_by=person,
        act="register_account",
        subject=Subject("account", str(account.pk), account.name),
        digest="sha256:read",
        facts=Facts(owner_kind="department", platform=account.platform),
        parties=Parties(owner=account.owner_unit, publisher=account.owner_unit),
        hands=[],
    )
