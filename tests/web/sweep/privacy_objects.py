"""What the addresses about personal data and security point at."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from guanhao.core import clock
from guanhao.people.access import actor_of
from guanhao.privacy import assessments, consenting, disclosures, incidents, requests
from guanhao.privacy.types import Agreed, Shown
from tests.privacy.conftest import assessed, facts

PRIVACY_ARGUMENTS = {
    **{
        name: {"pk": lambda o: o.incident.pk}
        for name in ("incident", "incident_edit", "incident_print", "incident_measure", "incident_close")
    },
    **{
        name: {"pk": lambda o: o.assessment.pk}
        for name in ("assessment", "assessment_edit", "assessment_print", "assessment_conclude")
    },
    **{
        name: {"pk": lambda o: o.disclosure.pk}
        for name in (
            "disclosure",
            "disclosure_scan",
            "disclosure_approve",
            "disclosure_decline",
            "disclosure_again",
            "disclosure_file",
            "disclosure_deliver",
        )
    },
    **{
        name: {"pk": lambda o: o.data_request.pk}
        for name in ("data_request", "data_request_answer", "my_data_withdraw")
    },
    **{
        name: {"pk": lambda o: o.consent.pk}
        for name in (
            "consent",
            "consent_paper",
            "consent_give",
            "consent_decline",
            "consent_withdraw",
            "my_consent_answer",
            "my_consent_withdraw",
        )
    },
    **{
        name: {"pk": lambda o: o.consent.portrayals.get().pk}
        for name in ("portrayal_remove", "portrayal_settle")
    },
    **{name: {"pk": lambda o: o.draft.pk} for name in ("article_consent_new", "article_consent_again")},
    "privacy_notice_version": {"number": lambda _o: 1},
    "incident_reported": {"pk": lambda o: o.incident.reports.first().pk},
}


class PrivacyObjects:
    """The part of the sweep's objects that belongs to privacy."""

    @cached_property
    def incident(self):
        """A leak that the office opened."""
        person = self.person("editor")
        return incidents.open_incident(actor=actor_of(person), person=person, facts=facts(self.cast))

    @cached_property
    def assessment(self):
        """What the office assesses before it publishes a list of prizes."""
        person = self.person("editor")
        return assessments.open_assessment(actor=actor_of(person), person=person, assessed=assessed())

    @cached_property
    def disclosure(self):
        """What the police asked the office for, about the flagship."""
        person = self.person("editor")
        return disclosures.prepare(
            actor=actor_of(person),
            person=person,
            instrument=disclosures.Instrument(
                authority="瑞安市公安局",
                officers="张三",
                number="调证字7号",
                scan=self.stored,
                purpose="侦查案件",
            ),
            asked=disclosures.Asked(
                account=self.cast.accounts["flagship"],
                persons=(),
                since=clock.now() - timedelta(days=1),
                until=clock.now(),
            ),
        )

    @cached_property
    def consent(self):
        """The student is asked about the photograph in 学生科's draft."""
        person = self.person("section")
        shown = Shown(name="", uses=("photo",), person=self.person("student").pk)
        return consenting.show(
            actor=actor_of(person), person=person, article=self.draft, shown=shown, agreed=Agreed(how="self")
        )[0]

    @cached_property
    def data_request(self):
        """What 学生科's editor asked about their own data."""
        person = self.person("section")
        return requests.ask(actor=actor_of(person), by=person, person=person, kind="explain", words="")
