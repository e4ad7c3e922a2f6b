"""What is made in the background for one person: the rows of a list as if they looked at it now, or the whole ledger.

A list is not described a second time here: the very view that shows it is called with a request of its own, so tabs,
filters, columns, visibility and permissions are the page's, and a right that was lost meanwhile refuses the export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import translation

from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.exports import actions
from guanhao.exports.models import ExportJob
from guanhao.exports.types import ExportKind
from guanhao.ledger import keys
from guanhao.ledger.actions import record
from guanhao.ledger.bundle import write_bundle
from guanhao.ledger.types import Action, Subject
from guanhao.people.permissions import Permission
from guanhao.web.excel import write_workbook
from guanhao.web.lists import Listed, ListView
from guanhao.web.viewer import Viewer

MOST_ROWS = 200_000
Told = Callable[[int, int], None]

_GONE = Denied(Text(zh="您已不在职，导出未生成。", en="You have left; the export was not made."))
_NO_LIST = Denied(Text(zh="该列表已不存在。", en="There is no such list any more."))
_NO_KEY = Denied(Text(zh="本系统没有台账签名密钥。", en="This installation has no ledger key."))


def ask_for_list(viewer: Viewer, path: str, query: str) -> ExportJob:
    """Ask for the rows of the list at an address, as it is filtered now.

    Raises:
        Http404: the address shows no list.
        Refused: the viewer may not see it, or has too many exports waiting.
    """
    try:
        listing = _listing(viewer, path, query)
    except Refused as refused:
        if refused.denied is _NO_LIST:
            raise Http404 from None
        raise
    return actions.ask(
        actor=viewer.actor, person=viewer.person, kind=ExportKind.LIST, title=str(listing.spec.title),
        params={"path": path, "query": query},
    )  # fmt: skip


def ask_for_ledger(viewer: Viewer, title: str) -> ExportJob:
    """Ask for the whole log as a bundle; whoever calls has asked for the permission and a fresh sign-in."""
    return actions.ask(
        actor=viewer.actor, person=viewer.person, kind=ExportKind.LEDGER, title=title, params={}
    )


def write_list(job: ExportJob, path: Path, told: Told) -> None:
    """Write the workbook of a list.

    Raises:
        Refused: the person has left or lost the right since.
    """
    viewer = _viewer(job)
    with translation.override(job.person.language):
        listing = _listing(viewer, job.params["path"], job.params["query"])
        columns = listing.columns
        total = min(listing.found.count(), MOST_ROWS)
        rows = ([column.value(row) for column in columns] for row in _each(listing, total, told))
        write_workbook(str(path), [str(column.label) for column in columns], rows)
    told(total, total)


def write_ledger(job: ExportJob, path: Path, told: Told) -> None:
    """Write the log as a bundle that verifies offline; details of persons stay here.

    Raises:
        Refused: the person has lost the right since, or there is no signing key.
    """
    viewer = _viewer(job)
    require(viewer.standing.may(Permission.LEDGER_EXPORT))
    told(0, 1)
    try:
        manifest = write_bundle(job.institution, path)
    except keys.NoKey:
        raise Refused(_NO_KEY) from None
    with transaction.atomic():
        record(
            institution=job.institution,
            actor=viewer.actor,
            action=Action.LEDGER_EXPORTED,
            subject=Subject("ledger", job.institution.key),
            facts={"entries": manifest["entries"], "size": manifest["size"], "details": False},
        )
    told(manifest["entries"], manifest["entries"])


def _viewer(job: ExportJob) -> Viewer:
    if not job.person.active:
        raise Refused(_GONE)
    return Viewer(job.person, job.institution, "")


def _listing(viewer: Viewer, path: str, query: str) -> ListView:
    """The list that the page at the address would show to the viewer."""
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET, request.viewer, request.session = QueryDict(query), viewer, {}
    request.listing_only = True
    try:
        match = resolve(path)
        answer = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        raise Refused(_NO_LIST) from None
    if not isinstance(answer, Listed):
        raise Refused(_NO_LIST)
    return answer.listing


def _each(listing: ListView, total: int, told: Told) -> Iterator[Any]:
    for number, row in enumerate(listing.found[:total].iterator(chunk_size=500), start=1):
        told(number - 1, total)
        yield row
