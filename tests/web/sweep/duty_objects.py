"""What the addresses of duties point at: this week's supply, a concern, rules on file, a calendar feed."""

from __future__ import annotations

from functools import cached_property

from guanhao.core import clock
from guanhao.duties import feeds
from guanhao.duties.bringing import file_rules, raise_concern
from guanhao.duties.models import Duty
from guanhao.duties.periods import open_periods
from guanhao.people.access import actor_of

DUTY_ARGUMENTS = {
    "concern": {"pk": lambda o: o.concern.pk},
    "rules_file": {"pk": lambda o: o.filed_rules.pk},
    "feed_calendar": {"secret": lambda o: o.feed},
    **{name: {"key": lambda o: o.duty.key} for name in ("duty", "duty_report", "duty_waive")},
}


class DutyObjects:
    """The part of the sweep's objects that belongs to duties."""

    @cached_property
    def concern(self):
        """A question about 学生科 that its editor brought up."""
        person = self.person("section")
        return raise_concern(
            actor=actor_of(person),
            person=person,
            kind="system_error",
            unit=self.cast.units["学生科"],
            words="后台登录不上去。",
        )

    @cached_property
    def filed_rules(self):
        """The operating rules of 学生科."""
        person = self.person("section")
        return file_rules(
            actor=actor_of(person),
            person=person,
            unit=self.cast.units["学生科"],
            asset=self.stored,
            name="运营制度.pdf",
        )

    @cached_property
    def feed(self):
        """The secret of a calendar feed."""
        person = self.person("section")
        return feeds.renew(actor=actor_of(person), person=person)

    @cached_property
    def duty(self):
        """This week's supply of 学生科."""
        open_periods(self.cast.institution, clock.now())
        return Duty.objects.get(task="supply_articles", unit=self.cast.units["学生科"], origin__contains="W")
