"""What the addresses about personal data and security point at."""

from __future__ import annotations

from functools import cached_property

from guanhao.people.access import actor_of
from guanhao.privacy import incidents
from tests.privacy.conftest import facts

PRIVACY_ARGUMENTS = {
    **{
        name: {"pk": lambda o: o.incident.pk}
        for name in ("incident", "incident_edit", "incident_print", "incident_measure", "incident_close")
    },
    "incident_reported": {"pk": lambda o: o.incident.reports.first().pk},
}


class PrivacyObjects:
    """The part of the sweep's objects that belongs to privacy."""

    @cached_property
    def incident(self):
        """A leak that the office opened."""
        person = self.person("editor")
        return incidents.open_incident(actor=actor_of(person), person=person, facts=facts(self.cast))
