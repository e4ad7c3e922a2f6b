"""What becomes of every table when an institution is removed; a table that is not foreseen stops the removal (SE8).

Rows of an institution (`Scoped`) are destroyed unless listed as kept, so that a new model is destroyed without anybody's
thinking of it. Any other model has to be put here; until then a test fails and nothing is removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

from django.apps import apps
from django.db import models

from guanhao.core.tenancy import Scoped
from guanhao.removal.types import Fate

Model = type[models.Model]

# The log (LG8 removes its entries in time; hashes and signed heads name nobody) and the tombstone itself.
_KEPT = frozenset(
    {
        "ledger.Checkpoint", "ledger.Event", "ledger.EventDetail", "ledger.LogHead", "ledger.Node",
        "ledger.Pruning", "ledger.Retention", "people.Institution", "removal.Removal",
    }
)  # fmt: skip
_ELSEWHERE: Mapping[str, Fate] = {
    "account.EmailAddress": Fate.SIGN_IN,
    "account.EmailConfirmation": Fate.SIGN_IN,
    "mfa.Authenticator": Fate.SIGN_IN,
    "people.User": Fate.SIGN_IN,
    "people.User_groups": Fate.SIGN_IN,
    "people.User_user_permissions": Fate.SIGN_IN,
    "sessions.Session": Fate.SIGN_IN,
    "usersessions.UserSession": Fate.SIGN_IN,
    "auth.Group": Fate.SHARED,
    "auth.Group_permissions": Fate.SHARED,
    "auth.Permission": Fate.SHARED,
    # Traces of signing in are a log by law and go after six months by themselves (privacy.traces).
    "axes.AccessAttempt": Fate.SHARED,
    "axes.AccessAttemptExpiration": Fate.SHARED,
    "axes.AccessFailureLog": Fate.SHARED,
    "axes.AccessLog": Fate.SHARED,
    "contents.StatutoryDay": Fate.SHARED,
    "contenttypes.ContentType": Fate.SHARED,
    "publishing.Breaker": Fate.SHARED,
    "publishing.InstallationStop": Fate.SHARED,  # those that its people imposed go with the people
    "publishing.InstanceEpoch": Fate.SHARED,
    "steps.Heartbeat": Fate.SHARED,
    "steps.Tick": Fate.SHARED,
}


class Unforeseen(LookupError):  # noqa: N818 - states the fact.
    """There is a table of which nobody said what becomes of it."""


def fate_of(model: Model) -> Fate:
    """What becomes of the rows of a model.

    Raises:
        Unforeseen: nobody said it.
    """
    label = model._meta.label  # noqa: SLF001 - Django's documented way to a model's name.
    if label in _KEPT:
        return Fate.KEPT
    if issubclass(model, Scoped):
        return Fate.DESTROYED
    try:
        return _ELSEWHERE[label]
    except KeyError:
        raise Unforeseen(f"{label} is neither an institution's nor foreseen in removal.register.") from None


def listed() -> frozenset[str]:
    """The models that are named here."""
    return _KEPT | _ELSEWHERE.keys()


def all_models() -> list[Model]:
    """Every model of the installation, tables of many-to-many fields included."""
    return list(apps.get_models(include_auto_created=True))


def sealed_models() -> list[Model]:
    """Models whose rows hold something sealed under a data key that lies beside it."""
    return [model for model in _destroyed() if any(field.name == "sealed" for field in _fields(model))]


def groups() -> list[Sequence[Model]]:
    """What is destroyed, in an order in which nothing is left pointing at what is gone.

    Models that point at each other, and those that point at themselves, are one group, emptied in one transaction.
    """
    destroyed = _destroyed()
    points_at = {model: {other for other in _targets(model) if other in destroyed} for model in destroyed}
    reached = {model: _reached(model, points_at) for model in destroyed}
    group_of = {
        model: frozenset({model, *(other for other in reached[model] if model in reached[other])})
        for model in destroyed
    }
    order: TopologicalSorter[frozenset[Model]] = TopologicalSorter()
    for model in destroyed:
        order.add(group_of[model])
        for other in points_at[model]:
            if group_of[other] != group_of[model]:
                order.add(group_of[other], group_of[model])
    return [sorted(group, key=lambda model: model._meta.label) for group in order.static_order()]  # noqa: SLF001


def is_tied(group: Sequence[Model]) -> bool:
    """Whether a group has to be emptied at once, because its rows point at each other."""
    return len(group) > 1 or group[0] in _targets(group[0])


def _destroyed() -> list[Model]:
    return [model for model in all_models() if fate_of(model) is Fate.DESTROYED]


def _fields(model: Model) -> Sequence[models.Field[object, object]]:
    return model._meta.local_concrete_fields  # noqa: SLF001 - Django's documented way to a model's fields.


def _targets(model: Model) -> Iterator[Model]:
    for field in _fields(model):
        target = field.related_model
        if isinstance(target, type):
            yield target


def _reached(start: Model, points_at: Mapping[Model, set[Model]]) -> set[Model]:
    found: set[Model] = set()
    waiting = [start]
    while waiting:
        for model in points_at[waiting.pop()] - found:
            found.add(model)
            waiting.append(model)
    return found
