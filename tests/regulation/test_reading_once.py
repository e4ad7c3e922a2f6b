"""A rulebook is read once per process, however many threads ask for it at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from guanhao.core import tenancy
from guanhao.regulation import queries
from guanhao.rulebook import yamltext


@pytest.mark.django_db(transaction=True)
def test_threads_that_begin_together_read_it_once(ruian, monkeypatch):
    """Reading takes seconds of processor time; the others wait for the first and get what it read."""
    reads, found, parse = [], [], yamltext.parse

    def counted(*told):
        reads.append(told[1])
        return parse(*told)

    monkeypatch.setattr(yamltext, "parse", counted)
    queries._read_once.cache_clear()
    together = threading.Barrier(4)

    def ask():
        try:
            with tenancy.within(ruian.institution):
                together.wait(30)
                found.append(queries.in_force(ruian.institution).rulebook)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
    assert len({id(rulebook) for rulebook in found}) == 1
    assert len(found) == 4
