"""Who hears of an inspection, and that time alone opens, reminds and closes it."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.inspections.models import Inspection, Round
from guanhao.notices.models import Notice
from guanhao.process.drawing import draw_consequences
from guanhao.process.inspecting import run_rounds
from guanhao.steps.loop import until_idle
from tests.inspections.conftest import OFFICE_HEAD, REGISTRAR
from tests.process.conftest import ME, told_people


@pytest.fixture
def follow():
    return lambda: until_idle([draw_consequences], ME)


@pytest.mark.article("xartvu-7")
def test_time_alone_opens_reminds_and_closes(play, follow):
    """The hourly job, run at four moments of a winter, does everything once; the units are told each time."""
    seen = []
    for moment in ((2026, 12, 1), (2026, 12, 24), (2027, 1, 5), (2027, 2, 1)):
        with clock.frozen(datetime(*moment, 9, tzinfo=CHINA)):
            run_rounds(ME)
            run_rounds(ME)
            follow()
        seen.append(sorted(set(Notice.objects.filter(kind="inspect").values_list("consequence", flat=True))))
    assert seen[0] == ["inspection.opened"]
    assert seen[1] == seen[2] == ["inspection.due_soon", "inspection.opened"]
    assert seen[3] == ["inspection.due_soon", "inspection.opened", "inspection.result"]
    opened = Round.objects.get(year=2026)
    assert opened.opened_by is None
    assert opened.closed_at is not None
    assert told_people(play.cast, "inspection.opened") >= {"xartvu-dept", "xartvu-publicity"}
    assert Inspection.objects.filter(round=opened, state="absent").count() == len(play.cast.accounts)


@pytest.mark.article("xartvu-7")
def test_the_unit_hears_of_mending_and_of_an_order_to_close(play, admissions, follow):
    """With the day, the article and where to act; the one who decided need not be told."""
    play.send(admissions)
    play.sign(admissions)
    play.decide(admissions, REGISTRAR, "return", opinion="补充数据")
    follow()
    notice = Notice.objects.filter(consequence="inspection.result", title_zh__contains="整改").first()
    assert "2026-12-28" in notice.title_zh
    assert (notice.article_ref, notice.link) == ("xartvu-7", f"/inspections/accounts/{admissions.pk}/")
    play.send(admissions)
    play.sign(admissions)
    play.decide(admissions, REGISTRAR)
    play.decide(admissions, OFFICE_HEAD, "reject", opinion="内容失实")
    follow()
    told = Notice.objects.filter(person=play.person("xartvu-dept"), title_zh__contains="责令关闭")
    assert told.count() == 1
    assert not Notice.objects.filter(person=play.person(OFFICE_HEAD), title_zh__contains="责令关闭").exists()
