"""Traces of signing in that nobody needs any more: the period the register states (网安法 asks for six months at least)."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

from guanhao.core import clock

TRACES_KEPT = timedelta(days=184)  # six months, whichever they are


def forget_traces() -> None:
    """Delete sessions that ended, and who signed in or failed to from where longer ago than six months."""
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(last_seen_at__lt=now - TRACES_KEPT).delete()
    for traces in (AccessAttempt, AccessFailureLog, AccessLog):
        traces.objects.filter(attempt_time__lt=now - TRACES_KEPT).delete()
