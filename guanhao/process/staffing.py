"""What follows when people come and go: a step of *all* that waited only for somebody who left goes on."""

from __future__ import annotations

from guanhao.applications import actions as applications
from guanhao.applications.models import Application
from guanhao.cases.models import Step
from guanhao.contents import actions as contents
from guanhao.contents.models import Article
from guanhao.core import actors
from guanhao.ledger.models import Event
from guanhao.rulebook.vocabulary import Quorum

STAFFING = actors.system("staffing", "任职变动")


def reconsider_waiting(event: Event, name: str) -> None:  # noqa: ARG001 - one signature for all consequences.
    """Ask every article and application whose waiting step needs all holders again; doing it twice changes nothing."""
    waiting = Step.objects.waiting().filter(quorum=Quorum.ALL).values("case")
    for article in Article.objects.filter(case__in=waiting).order_by("pk"):
        contents.reconsider(actor=STAFFING, article=article)
    for application in Application.objects.filter(case__in=waiting).order_by("pk"):
        applications.reconsider(actor=STAFFING, application=application)
