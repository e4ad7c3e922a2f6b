"""Eight appenders at once, each on a connection of its own: dense, verified, one entry a change."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import connections, transaction

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.ledger import keys
from guanhao.ledger.actions import record
from guanhao.ledger.gathering import gathering
from guanhao.ledger.models import Event, LogHead
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import verify
from guanhao.people.models import Institution, Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

APPENDERS, EACH = 8, 15


class Abandoned(Exception):  # noqa: N818
    """The change was given up after its entry was written."""


def at_once(number, work):
    """Run the function so many times at once; raise what any of them raised."""
    troubles = []

    def guarded(place):
        try:
            work(place)
        except Exception as error:  # noqa: BLE001 - handed to the test below.
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def found(institution, name, *, abandon=False):
    """A change with its entry, in one transaction; given up at the last moment where asked."""
    with transaction.atomic():
        unit = Unit.objects.create(institution=institution, name=name, kind="office")
        record(
            institution=institution,
            actor=system("test"),
            action=Action.UNIT_CREATED,
            subject=Subject("unit", str(unit.pk), name),
        )
        if abandon:
            raise Abandoned


@pytest.mark.requirement("LG3")
@pytest.mark.requirement("LG2")
def test_eight_appenders_leave_one_dense_verified_log(tmp_path, settings):
    """No index is lost or given twice, nobody deadlocks, and changes that were given up left no entry."""
    settings.LEDGER_KEY_PATH = tmp_path / "ledger.key"
    keys.create_if_missing()
    school = Institution.objects.create(key="busy", name="繁忙学校", created_at=clock.now())

    def work(place):
        with tenancy.within(school):
            for number in range(EACH):
                abandon = number % 5 == 4
                try:
                    found(school, f"单位 {place}-{number}", abandon=abandon)
                except Abandoned:
                    assert abandon

    at_once(APPENDERS, work)

    with tenancy.within(school):
        kept = APPENDERS * (EACH - EACH // 5)
        assert list(Event.objects.order_by("index").values_list("index", flat=True)) == list(range(kept))
        assert LogHead.objects.get().size == kept
        assert verify(school, key=keys.public_key()).good
        assert_bijection(Unit.objects.all())


@pytest.mark.requirement("LG3")
@pytest.mark.requirement("LG2")
def test_appenders_who_gather_and_appenders_who_do_not_leave_one_log(tmp_path, settings):
    """Acts of several entries, some undone in part, race with single ones; a gathered act's entries stand together."""
    settings.LEDGER_KEY_PATH = tmp_path / "ledger.key"
    keys.create_if_missing()
    school = Institution.objects.create(key="both", name="学校", created_at=clock.now())

    def work(place):
        with tenancy.within(school):
            for number in range(6):
                if place % 2:
                    found(school, f"单位 {place}-{number}")
                    continue
                with gathering():
                    found(school, f"单位 {place}-{number}-甲")
                    with suppress(Abandoned):
                        found(school, f"单位 {place}-{number}-弃", abandon=True)
                    found(school, f"单位 {place}-{number}-乙")

    at_once(APPENDERS, work)

    with tenancy.within(school):
        assert verify(school, key=keys.public_key()).good
        assert Event.objects.count() == LogHead.objects.get().size == APPENDERS // 2 * 6 * 3
        assert_bijection(Unit.objects.all())
        names = [event.detail.data["subject"] for event in Event.objects.order_by("index")]
        firsts = [place for place, name in enumerate(names) if name.endswith("甲")]
        assert [names[place + 1] for place in firsts] == [names[place][:-1] + "乙" for place in firsts]


@pytest.mark.requirement("LG3")
def test_institutions_do_not_wait_for_each_other_and_do_not_mix():
    """Two logs grow at once; each is dense from zero."""
    schools = [
        Institution.objects.create(key=f"side-{number}", name="学校", created_at=clock.now())
        for number in range(2)
    ]

    def work(place):
        school = schools[place % 2]
        with tenancy.within(school):
            for number in range(8):
                found(school, f"单位 {place}-{number}")

    at_once(4, work)

    for school in schools:
        with tenancy.within(school):
            assert list(Event.objects.order_by("index").values_list("index", flat=True)) == list(range(16))


def assert_bijection(units):
    """Every unit has exactly one creation in the log, and every creation its unit (LG2)."""
    told = sorted(Event.objects.filter(action=Action.UNIT_CREATED).values_list("subject_id", flat=True))
    assert told == sorted(str(key) for key in units.values_list("pk", flat=True))
