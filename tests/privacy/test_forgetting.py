"""What the register says is kept for a time only, is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from guanhao.process import periodic
from tests.process.conftest import ME, MONDAY

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD1")]


def test_traces_of_signing_in_go_after_six_months_and_ended_sessions_at_once(ruian, time):
    """What is younger stays; a session that runs stays."""
    for age in (180, 190):
        for traces, more in ((AccessAttempt, {"failures_since_start": 1}), (AccessLog, {})):
            row = traces.objects.create(username=f"tried-{age}", ip_address="192.0.2.7", **more)
            traces.objects.filter(pk=row.pk).update(attempt_time=MONDAY - timedelta(days=age))
    for key, end in (("over", -1), ("running", 1)):
        Session.objects.create(session_key=key, session_data="x", expire_date=MONDAY + timedelta(hours=end))
    periodic.forget_traces(ME)
    for traces in (AccessAttempt, AccessLog):
        assert list(traces.objects.values_list("username", flat=True)) == ["tried-180"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]
