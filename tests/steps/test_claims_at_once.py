"""Claims by workers that really run at once, each on a connection of its own."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from guanhao.core import clock, tenancy
from guanhao.notices.models import Delivery
from guanhao.steps import claims
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def at_once(number, work):
    """Run the function so many times at once, each in a thread with its number; raise what any of them raised."""
    troubles = []

    def guarded(place):
        try:
            with tenancy.everywhere("a test"):
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


def test_forty_rows_for_four_workers_are_handled_once_each(make_rows):
    """No row is handed out twice and none is forgotten, whoever comes first."""
    make_rows(40, LONG_AGO)
    taken = []

    def work(place):
        worker = Worker(f"worker-{place}")
        while row := claims.claim(Delivery.objects.filter(done_at=None), worker):
            taken.append(row.pk)
            claims.finish(row, worker, done_at=clock.now())

    at_once(4, work)

    assert len(taken) == len(set(taken)) == 40
    with tenancy.everywhere("a test"):
        assert not Delivery.objects.filter(done_at=None).exists()


def test_the_lease_lives_as_long_as_the_work(make_rows):
    """While a block keeps a row, its lease is extended from another thread; afterwards it runs out."""
    make_rows(1, LONG_AGO)
    worker = Worker("patient", lease=timedelta(seconds=0.6))
    with tenancy.everywhere("a test"):
        row = claims.claim(Delivery.objects.all(), worker)
        with claims.keeping(row, worker) as lost:
            clock.sleep(1.2)
            assert claims.claim(Delivery.objects.all(), Worker("thief")) is None
            assert not lost.is_set()


def test_a_stolen_row_is_noticed_while_working(make_rows):
    """The heartbeat tells the work that its row has gone to somebody else."""
    make_rows(1, LONG_AGO)
    worker = Worker("slow", lease=timedelta(seconds=0.3))
    with tenancy.everywhere("a test"):
        row = claims.claim(Delivery.objects.all(), worker)
        with claims.keeping(row, worker) as lost:
            Delivery.objects.update(owner="thief")
            assert lost.wait(3)


def test_the_databases_clock_runs():
    """Leases are measured by an aware instant in UTC that the database gives."""
    first = database_now()
    clock.sleep(0.01)
    second = database_now()

    assert first < second
    assert second.utcoffset() == timedelta(0)
    assert abs(second - clock.now()) < timedelta(minutes=5)
