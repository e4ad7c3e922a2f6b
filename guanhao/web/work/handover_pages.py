"""What the page of a handover shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from guanhao.core.text import Text
from guanhao.handover import checks
from guanhao.handover.items import items_of
from guanhao.handover.models import Handover, Heir, Signature
from guanhao.handover.types import Item, ItemKind
from guanhao.people.models import Person
from guanhao.web.access import one
from guanhao.web.forms.handover import HeirForm, SignForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.viewer import WebRequest

_PLACES: dict[ItemKind, Callable[[Item], str]] = {
    ItemKind.HOLDER: lambda item: reverse("account_custody", args=[item.key]),
    ItemKind.STEP: lambda item: reverse("review_step", args=[item.key]),
    ItemKind.ARTICLE: lambda item: reverse("article", args=[item.key]),
    ItemKind.PUSH: lambda item: reverse("push", args=[item.key]),
    ItemKind.DUTY: lambda item: reverse("duty", args=[item.row.key]),
    ItemKind.POST: lambda item: reverse("unit", args=[item.row.unit_id]),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist with who takes it on."""

    item: Item
    heir: Person | None
    open: bool

    @property
    def place(self) -> str:
        """Where the thing is shown."""
        return _PLACES.get(self.item.kind, _account)(self.item)


def _account(item: Item) -> str:
    return reverse("account", args=[item.key])


def open_handover(person: Person) -> Handover | None:
    """The person's handover that is under way."""
    rows = Handover.objects.filter(person=person, done_at__isnull=True, dropped_at__isnull=True)
    found: Handover | None = rows.first()
    return found


def running(person: Person) -> Handover:
    """As `open_handover`; `Http404` where none is under way."""
    found: Handover = one(Handover.objects.filter(person=person), done_at=None, dropped_at=None)
    return found


def handover_context(request: WebRequest, person: Person) -> dict[str, Any]:
    """The checklist, the signatures, what is missing, what the viewer may do."""
    viewer = request.viewer
    handover = open_handover(person)
    items = items_of(person) if person.active else []
    heirs = _heirs(handover)
    lines = [Line(item, heirs.get(item.name), item.needs and item.name not in heirs) for item in items]
    missing = checks.missing_signatures(handover, items) if handover else []
    return {
        "person": person,
        "handover": handover,
        "lines": lines,
        "plain": [line for line in lines if not line.item.takes_heir],
        "confirm_first": "" if is_fresh(request) else confirm_first(request.path),
        "left": checks.nothing_left(person, items, heirs) if person.active else None,
        **_record_of(None if person.active else _last_done(person)),
        "signatures": _signatures(handover, items),
        "missing": missing,
        "runs": bool(checks.may_run(viewer.person)),
        "signs": handover is not None and viewer.person.pk in {one.pk for one in missing},
        "signs_instead": person in missing,
        "heir_form": HeirForm(person),
        "sign_form": SignForm(),
        "gone": Text("此人已离开。", "The person has left."),
    }


def _heirs(handover: Handover | None) -> dict[str, Person]:
    if handover is None:
        return {}
    rows: Any = Heir.objects.filter(handover=handover).select_related("person")
    return {f"{row.kind}:{row.key}": row.person for row in rows}


def _signatures(handover: Handover | None, items: list[Item]) -> list[Signature]:
    """Those of the list as it stands."""
    if handover is None:
        return []
    now = checks.list_digest(items, handover.heirs.all())
    rows = Signature.objects.filter(handover=handover, digest=now).select_related("person")
    return list(rows.order_by("at"))


def _record_of(done: Handover | None) -> dict[str, Any]:
    """What became of a handover that is over: who took what on, who signed."""
    if done is None:
        return {"done": None}
    taken = done.heirs.select_related("person").order_by("kind", "title")
    signed = done.signatures.select_related("person").order_by("at")
    return {"done": done, "taken": taken, "signed": signed}


def _last_done(person: Person) -> Handover | None:
    rows = Handover.objects.filter(person=person, done_at__isnull=False)
    found: Handover | None = rows.order_by("-done_at").first()
    return found
