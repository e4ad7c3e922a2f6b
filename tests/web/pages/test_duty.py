"""The duty page: who may open it, what it says when workers live and when they fell silent."""

from datetime import timedelta

import pytest

from guanhao.core import clock
from guanhao.steps import heartbeats
from guanhao.steps.types import Queue


@pytest.fixture
def worker(morning, ruian):
    """A worker that was alive at nine."""
    heartbeats.beat("worker-1", list(Queue))


def test_a_live_worker_is_shown_with_its_queues(browser, worker):
    """The technician sees every queue served."""
    page = browser("ruian-tech").get("/publishing/pulse/").content.decode()
    assert "worker-1" in page
    assert "在岗" in page
    assert "停顿" not in page.split("<main")[1].split("队列")[0]


@pytest.mark.requirement("RS1")
def test_when_workers_fell_silent_desk_and_list_say_so_to_those_on_duty(browser, worker, morning):
    """The office and the technician read it above their pages; a student's desk is not disturbed."""
    with clock.frozen(morning + timedelta(minutes=5)):
        for who in ("ruian-tech", "ruian-editor"):
            for address in ("/", "/publishing/"):
                assert "后台停顿" in browser(who).get(address).content.decode()
        assert "后台停顿" not in browser("ruian-student").get("/").content.decode()
        assert "失联" in browser("ruian-tech").get("/publishing/pulse/").content.decode()


def test_the_duty_page_is_not_everybodys(browser, worker):
    """A contributor is told that the permission is lacking."""
    assert browser("ruian-student").get("/publishing/pulse/").status_code == 403


def test_a_house_without_any_worker_is_told_how_to_start_one(browser, morning, ruian):
    """The empty state says why and what next."""
    assert "没有后台程序运行过" in browser("ruian-tech").get("/publishing/pulse/").content.decode()
