"""The calendar feed: its private address, shown once, and what a calendar program fetches from it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanhao.core import tenancy
from guanhao.duties import feeds
from guanhao.web.viewer import WebRequest
from guanhao.web.work.feed_pages import feed_of, owner_of


@require_safe
def page(request: WebRequest) -> HttpResponse:
    """Whether there is an address, and how to get a new one."""
    return render(request, "web/duties/feed.html", {"feed": feed_of(request.viewer.person)})


@require_POST
def renew(request: WebRequest) -> HttpResponse:
    """Make a new address and show it, this once."""
    viewer = request.viewer
    secret = feeds.renew(actor=viewer.actor, person=viewer.person)
    address = settings.PUBLIC_URL.rstrip("/") + reverse("feed_calendar", args=[secret])
    context = {"feed": feed_of(viewer.person), "address": address}
    return render(request, "web/duties/feed.html", context)


@login_not_required
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - the address is the permission.
    """What its owner owes now, as iCalendar; an address that was renewed, or whose owner left, is not there."""
    person = owner_of(secret)
    with tenancy.within(person.institution):
        text = feeds.calendar_text(
            feeds.duties_of(person),
            name=f"{person.institution.name} {person.name}",
            base=settings.PUBLIC_URL,
            english=person.language.startswith("en"),
        )
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
