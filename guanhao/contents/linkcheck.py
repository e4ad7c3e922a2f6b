"""Whether the addresses written in an article open: tried in the background, told as findings of the next check.

A row for each address of an institution is its own queue. An address that did not open is tried once more before it
is called dead, and again whenever an article with it is saved later on. Only public addresses are ever asked (NT2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from guanhao.contents.content import Content
from guanhao.contents.models import Article, LinkState
from guanhao.core import clock, tenancy
from guanhao.core.clock import CHINA
from guanhao.core.http import opens_publicly
from guanhao.core.prepared import Prepared, given
from guanhao.screening.links import addresses
from guanhao.screening.text import body_view, picture_texts
from guanhao.steps.claims import claim, finish, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

MOST_LINKS = 50  # of one article; more are not tried
_AGAIN = timedelta(minutes=2)  # between the two tries
_DEAD_AGAIN, _ALIVE_AGAIN = timedelta(minutes=10), timedelta(days=1)  # from which on a save asks anew
_LONGEST = 2_000

_DEAD: Prepared[LinkState] = Prepared(
    lambda: LinkState.objects.filter(digest__in=given("digests", many=True), dead=True)
)


def note(article: Article, content: Content) -> None:
    """Have the addresses of a working copy tried that were not tried lately. Without any, no question is asked."""
    wanted = {_digest(address): address for address in addresses_in(content)}
    if not wanted:
        return
    now, due = clock.now(), database_now()
    rows = LinkState.objects.filter(institution_id=article.institution_id, digest__in=list(wanted))
    known = {row.digest: row for row in rows}
    stale = [
        row.pk
        for row in known.values()
        if row.tried_at is not None and now - row.tried_at > (_DEAD_AGAIN if row.dead else _ALIVE_AGAIN)
    ]
    if stale:
        LinkState.objects.filter(pk__in=stale, waiting=False).update(waiting=True, failures=0, run_after=due)
    LinkState.objects.bulk_create(
        [
            LinkState(
                institution_id=article.institution_id,
                address=address,
                digest=digest,
                asked_at=now,
                run_after=due,
            )
            for digest, address in wanted.items()
            if digest not in known
        ],
        ignore_conflicts=True,
    )


def addresses_in(content: Content) -> Iterator[str]:
    """The addresses readers can meet in a body, its links and pictures included; each once."""
    views = (body_view(content.body), *picture_texts(content.body))
    found = dict.fromkeys(address for view in views for _, _, address in addresses(view))
    yield from [address for address in found if len(address) <= _LONGEST][:MOST_LINKS]


def dead_in(content: Content) -> dict[str, str]:
    """The addresses of a body that were found dead, and when that was."""
    digests = [_digest(address) for address in addresses_in(content)]
    if not digests:
        return {}
    return {row.address: _when(row) for row in _DEAD.all(digests=digests)}


def try_one(worker: Worker) -> bool:
    """The step: try one address. Answers whether there was one."""
    with tenancy.everywhere("addresses of all institutions are one queue"):
        row = claim(LinkState.objects.waiting(), worker)
        if row is None:
            return False
        opened = opens_publicly(row.address)
        if not opened and not row.failures:
            release(row, worker, database_now() + _AGAIN, failures=1)
        else:
            finish(row, worker, waiting=False, failures=0, dead=not opened, tried_at=clock.now())
    return True


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _when(row: LinkState) -> str:
    tried = (row.tried_at or row.asked_at).astimezone(CHINA)
    return f"{tried.month}月{tried.day}日{tried:%H:%M}两次都没有打开"
