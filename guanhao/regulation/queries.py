"""Which rulebook is in force, and what a stored version says."""

from __future__ import annotations

import threading
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import models

from guanhao.core import clock, tenancy
from guanhao.core.memo import remembered, settled
from guanhao.core.prepared import Prepared, given
from guanhao.core.tenancy import Tenant
from guanhao.regulation.models import RulebookVersion
from guanhao.regulation.types import InForce, NoRulebook
from guanhao.rulebook import yamltext
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.problems import RulebookError

_IN_FORCE: Prepared[RulebookVersion] = Prepared(
    lambda: RulebookVersion.objects.filter(institution_id=given("of"), effective__lte=given("day")).defer(
        "content", "source"
    )[:1]
)


_reading = threading.Lock()


def versions(institution: Tenant) -> models.QuerySet[RulebookVersion]:
    """Every version the institution adopted, the one that prevails first; contents are loaded only when asked for."""
    return RulebookVersion.objects.filter(institution_id=institution.pk).defer("content", "source")


def in_force(institution: Tenant, on: date | None = None) -> InForce:
    """The version in force on the day (today in China when not given). One query once its rules are known.

    Of versions effective on the same day the one adopted last prevails. A reading request and an act ask it once (`core.memo`).

    Raises:
        NoRulebook: nothing was adopted that is effective by then.
    """
    day = on or clock.today()
    return settled(("in force", institution.pk, day), lambda: _in_force(institution, day))


def rules_in_force(institution: Tenant) -> Rulebook:
    """The rules that hold today. No query where a page that is read knows their version already. Errors as `in_force`."""
    version = remembered(("rules", institution.pk), lambda: None)
    return in_force(institution).rulebook if version is None else _read(*version)


def _in_force(institution: Tenant, day: date) -> InForce:
    version = _IN_FORCE.first(of=institution.pk, day=day)
    if version is None:
        raise NoRulebook
    return InForce(version, of_version(version))


def of_version(version: RulebookVersion) -> Rulebook:
    """The rules of a version as typed objects. Versions are immutable, so they are read once per process."""
    return _read(version.pk, version.digest)


def _read(pk: int, digest: str) -> Rulebook:
    # Threads that begin at once would each read it, and reading takes seconds: the others wait for the first.
    with _reading:
        return _read_once(pk, digest)


@lru_cache(maxsize=64)
def _read_once(pk: int, digest: str) -> Rulebook:
    with tenancy.everywhere("a version is read by its key and digest; its row was found in scope"):
        found = RulebookVersion.objects.values_list("content", "source").get(pk=pk, digest=digest)
    return Rulebook.from_json(_in_order(*found))


def _in_order(content: dict[str, Any], source: str) -> dict[str, Any]:
    """The stored values with their keys in the order of the file, which PostgreSQL's jsonb does not keep.

    The order of a form's fields is the order on paper. Where the file reads otherwise today, the stored values count.
    """
    try:
        written, _lines = yamltext.parse(source, "rulebook.yaml")
    except RulebookError:
        return content
    return written if written == content else content
