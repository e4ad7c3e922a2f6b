"""What the page of withdrawing shows: what is out, what would follow, the order that is open and those before it."""

from __future__ import annotations

from typing import Any

from guanhao.publishing import checks, withdrawing
from guanhao.publishing.channels import driver_for
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState, WithdrawalState
from guanhao.web.forms.withdrawing import GoneForm, WithdrawForm
from guanhao.web.viewer import Viewer
from guanhao.web.work import access
from guanhao.web.work.consoles import record_of


def withdrawal_context(viewer: Viewer, job: PublishJob, form: WithdrawForm) -> dict[str, Any]:
    """The page of one job."""
    orders = access.withdrawals(job)
    order = next((one for one in orders if one.state in withdrawing.OPEN), None)
    mine = order is not None and checks.same_person(order.asked_by, viewer.person)
    return {
        "job": job,
        "items": job.items.select_related("revision__article").order_by("position"),
        "form": form,
        "gone_form": GoneForm(),
        "order": order,
        "earlier": [one for one in orders if one is not order],
        "may": withdrawing.may_withdraw(viewer.person, job),
        "published": job.state == JobState.PUBLISHED,
        "two": withdrawing.takes_two(job, None),
        "by_api": driver_for(job) is not None,
        "record": record_of(job),
        "agrees": order is not None and order.state == WithdrawalState.ASKED and not mine,
        "by_hand": order is not None and order.state == WithdrawalState.BY_HAND,
    }
