"""Gathering: the entries of one act are appended together at its end, with one lock of the head instead of one each.

    with gathering():                   # a transaction, or a savepoint of the one that is open
        …
        record(…)                       # says it; the log has it when the block ends

Nothing of LG2 is given up. The block *is* a transaction: it cannot end without its entries being written, and if it
is undone they go with it. What was said inside a savepoint that is rolled back is never written; what was written
early inside one is written again. Any statement about the log (a read, a checkpoint, a `Recorded.event` somebody
needs) writes first what was said so far, so within the act the log is never behind it. The head is locked last and
for moments only, after everything the act locks of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, connections, transaction

from guanhao.core import tenancy
from guanhao.ledger.appending import Owner, Told, append
from guanhao.ledger.models import Event

_LOG = "ledger_"  # what the tables of the log are called
_open: ContextVar[Gathering | None] = ContextVar("gathering of entries", default=None)


class NeverWritten(LookupError):  # noqa: N818 - reads as the fact it states.
    """An entry was asked for whose change was undone."""


class _Mark:
    """Hung on the transaction: it falls off when the savepoint in which it was hung on is rolled back."""

    def __init__(self) -> None:
        transaction.on_commit(self)

    def __call__(self) -> None:
        """At the commit nothing is left to do."""

    @property
    def holds(self) -> bool:
        """Whether what was done here still counts."""
        return any(self in held for held in connection.run_on_commit)  # (savepoints, what is hung on, robust)


class Recorded:
    """One entry that was said, and where it is written once it is."""

    def __init__(self, owner: Owner, told: Told, gathering: Gathering | None) -> None:
        self.owner, self.told = owner, told
        self._gathering = gathering
        self._said = _Mark() if gathering is not None else None
        self._written: _Mark | None = None
        self._event: Event | None = None

    @property
    def event(self) -> Event:
        """The entry as a row, with key and index; what was said so far is written if it is not yet.

        Raises:
            NeverWritten: the change it states was undone.
        """
        if self._gathering is not None:
            if self.is_due:
                self._gathering.write()
            self._look()
        if self._event is None:
            raise NeverWritten(f"{self.told.action} was undone before it was written.")
        return self._event

    @property
    def is_due(self) -> bool:
        """Whether it still counts and stands nowhere: not written yet, or in a savepoint that is gone."""
        return (
            self._said is not None and self._said.holds and (self._written is None or not self._written.holds)
        )

    def stands(self, event: Event, mark: _Mark | None = None) -> None:
        """Note that it was written."""
        self._event, self._written = event, mark

    def settle(self, *, undone: bool) -> None:
        """The gathering is over: what is written now stays so, as far as the act is concerned."""
        self._look()
        if undone:
            self._event = None
        self._gathering = None

    def _look(self) -> None:
        if self._written is None or not self._written.holds:
            self._event = None


class Gathering:
    """What an act said so far."""

    def __init__(self) -> None:
        self.scope = tenancy.current_institution_id()
        self._connection = connections[connection.alias]
        self._said: list[Recorded] = []
        self._writing = False

    def takes(self, owner: Owner) -> bool:
        """Whether entries of the institution can wait for the end of the block, where its scope holds."""
        return self.scope in {None, owner.pk} and connections[connection.alias] is self._connection

    def say(self, owner: Owner, told: Told) -> Recorded:
        """Keep an entry until it is written."""
        said = Recorded(owner, told, self)
        self._said.append(said)
        return said

    def write(self) -> None:
        """Write what is due and belongs to the institution in scope, in the order in which it was said."""
        scope = tenancy.current_institution_id()
        due = [said for said in self._said if said.is_due and scope in {None, said.owner.pk}]
        if not due:
            return
        self._writing = True
        try:
            for key in dict.fromkeys(said.owner.pk for said in due):
                _write([said for said in due if said.owner.pk == key])
        finally:
            self._writing = False

    def end(self, *, undone: bool) -> None:
        """Let go of what was said."""
        for said in self._said:
            said.settle(undone=undone)

    def before(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement: one about the log finds it as far as the act has come."""
        if not self._writing and self._said and _LOG in sql:
            self.write()
        return execute(sql, params, many, context)


def _write(several: list[Recorded]) -> None:
    mark = _Mark()
    for said, event in zip(several, append(several[0].owner, [said.told for said in several]), strict=True):
        said.stands(event, mark)


@contextmanager
def gathering(*, savepoint: bool = True) -> Iterator[None]:
    """Append together what the block records. A transaction, or a savepoint; within another gathering, a part of it.

    Without a savepoint of its own, an error undoes the whole transaction that is open, as with `transaction.atomic`.

    Raises:
        ScopeError: no institution is in scope; and as `record`, when the entries are written.
    """
    with transaction.atomic(savepoint=savepoint):
        if _open.get() is not None:
            yield
            return
        gathered = Gathering()
        token = _open.set(gathered)
        undone = True
        try:
            with connection.execute_wrapper(gathered.before):
                yield
                if not connection.needs_rollback:  # Else all of it is undone in a moment.
                    gathered.write()
                    undone = False
        finally:
            _open.reset(token)
            gathered.end(undone=undone)


@contextmanager
def part_of_an_act() -> Iterator[None]:
    """What one floor adds to the act of another: inside a gathering a part of it, and else a transaction of its own.

    A part has no savepoint. An error in it undoes the act, or that savepoint of the act in which it was caught; whoever
    would catch it without one and go on is refused by the next statement.
    """
    with transaction.atomic(savepoint=_open.get() is None):
        yield


def said(owner: Owner, told: Told) -> Recorded:
    """The entry, kept by the gathering that is open, or else written at once."""
    gathered = _open.get()
    if gathered is not None and gathered.takes(owner):
        return gathered.say(owner, told)
    recorded = Recorded(owner, told, None)
    recorded.stands(append(owner, [told])[0])
    return recorded
