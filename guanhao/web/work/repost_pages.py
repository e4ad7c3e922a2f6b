"""Reposts as pages (转发任务): what others were asked to pass on, who did and with what proof, asking by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy

from guanhao.contents.models import PushItem
from guanhao.duties.models import Duty
from guanhao.duties.passing import may_call
from guanhao.duties.types import DutyState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing.models import PublishJob
from guanhao.registry.models import Account
from guanhao.rulebook.vocabulary import Task
from guanhao.web.forms.reposts import CallForm
from guanhao.web.viewer import Viewer
from guanhao.web.work import access
from guanhao.web.work.duty_pages import owed_by, state_mark, with_what_it_shows

MOST_PUSHES = 30
HEADS = (
    gettext_lazy("推送"), gettext_lazy("布置时间"), gettext_lazy("账号"), gettext_lazy("单位"), gettext_lazy("承担"), gettext_lazy("期限"),
    gettext_lazy("状态"), gettext_lazy("登记人"), gettext_lazy("登记时间"), gettext_lazy("链接"), gettext_lazy("说明"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A push that others were asked to pass on."""

    title: str
    at: datetime
    origin: str
    asked: int
    done: int
    missing: int
    job: int | None


def reposts_context(viewer: Viewer) -> dict[str, Any]:
    """The page."""
    return {"called": called(viewer), "may_call": bool(may_call(viewer.person, viewer.rulebook))}


def called(viewer: Viewer) -> list[Called]:
    """The latest pushes to pass on with how many accounts did, as far as the viewer sees their duties; four queries."""
    duties = Duty.objects.visible_to(viewer.person).filter(task=Task.REPOST)
    counts = list(
        duties.order_by()
        .values("origin")
        .annotate(
            asked=Count("pk"),
            done=Count("pk", filter=Q(state=DutyState.MET)),
            missing=Count("pk", filter=Q(state=DutyState.OPEN)),
            at=Min("opened_at"),
        )
        .order_by("-at")[:MOST_PUSHES]
    )
    titles = _titles(row["origin"] for row in counts)
    return [_called(row, *titles.get(row["origin"], ("", None))) for row in counts]


def _called(row: Mapping[str, Any], title: str, job: int | None) -> Called:
    return Called(
        title=title,
        job=job,
        at=row["at"],
        origin=row["origin"],
        asked=row["asked"],
        done=row["done"],
        missing=row["missing"],
    )


def _titles(origins: Iterable[str]) -> dict[str, tuple[str, int]]:
    """The first article and the job behind each event that asked for reposts; three queries."""
    indexes = [int(origin.partition(":")[2]) for origin in origins]
    jobs = dict(Event.objects.filter(index__in=indexes).values_list("index", "subject_id"))
    pushes = dict(
        PublishJob.objects.filter(pk__in=[int(key) for key in jobs.values()]).values_list("pk", "push")
    )
    items = PushItem.objects.filter(push__in=set(pushes.values())).order_by("-position")
    first: dict[int, str] = dict(items.values_list("push", "revision__article__title"))  # the headline stays
    return {
        f"event:{index}": (first.get(pushes.get(int(key), 0), ""), int(key)) for index, key in jobs.items()
    }


def call_form(viewer: Viewer, data: Any = None) -> CallForm:
    """Which push, and which accounts: all that are in use, where nobody says otherwise."""
    jobs = access.jobs(viewer).published().select_related("account").order_by("-published_at")[:MOST_PUSHES]
    items = PushItem.objects.filter(push__in=[job.push_id for job in jobs]).order_by("-position")
    titles: dict[int, str] = dict(items.values_list("push", "revision__article__title"))
    accounts = Account.objects.active().select_related("owner_unit").order_by("owner_unit__name", "name")
    return CallForm(
        data,
        jobs=[(str(job.pk), f"{titles.get(job.push_id, '')}（{job.account.name}）") for job in jobs],
        accounts=[(str(one.pk), f"{one.name}（{one.owner_unit.name}）") for one in accounts],
    )


def chosen(viewer: Viewer, form: CallForm) -> tuple[PublishJob, list[Account]]:
    """What a valid form says."""
    job = access.job(viewer, int(form.cleaned_data["job"]))
    keys = [int(key) for key in form.cleaned_data["accounts"]]
    return job, list(Account.objects.active().filter(pk__in=keys).order_by("pk"))


def table(viewer: Viewer, origin: str) -> tuple[list[str], list[list[Any]]]:
    """Every account that was asked, one row each, with its proof; of one push, or of all that the page shows."""
    origins = [origin] if origin else [one.origin for one in called(viewer)]
    rows = Duty.objects.visible_to(viewer.person).filter(task=Task.REPOST, origin__in=origins)
    found = list(with_what_it_shows(rows).order_by("-opened_at", "account__name"))
    titles = _titles({duty.origin for duty in found})
    proofs = _proofs([duty.key for duty in found])
    return [str(head) for head in HEADS], [_row(viewer, duty, titles, proofs) for duty in found]


def _proofs(keys: list[str]) -> dict[str, Event]:
    """The report of each that was reported."""
    events = Event.objects.filter(subject_kind="duty", subject_id__in=keys, action=Action.DUTY_REPORTED)
    return {event.subject_id: event for event in events.select_related("detail").order_by("index")}


def _row(
    viewer: Viewer, duty: Duty, titles: Mapping[str, tuple[str, int]], proofs: Mapping[str, Event]
) -> list[Any]:
    proof = proofs.get(duty.key)
    told = proof.detail.data if proof is not None else {}
    said = told.get("detail", {})
    return [
        titles.get(duty.origin, ("", 0))[0],
        duty.opened_at,
        duty.account.name if duty.account else "",
        duty.unit.name if duty.unit else "",
        owed_by(viewer, duty),
        duty.due_at or "",
        state_mark(duty).label,
        told.get("actor", ""),
        proof.at if proof is not None else "",
        said.get("link", ""),
        said.get("note", ""),
    ]
