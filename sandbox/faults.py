"""Faults on demand: what networks, gateways and busy back ends really do, per endpoint and account.

A fault is either *before* the effect (the platform never acted) or *after* it (the platform acted and the answer
was lost). The second is the one that makes clients publish twice, and the reason this program exists.
"""

from __future__ import annotations

import fnmatch
import gzip
import json
import random
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from sandbox.wire import Delivery, Json, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.store import Store

GATEWAY_PAGE = (
    "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr></body></html>"
)


class When(Enum):
    """On which side of the effect a fault strikes."""

    BEFORE = "before"
    AFTER = "after"


class BadFaultError(ValueError):
    """A rule that says nothing the sandbox can do."""


class Kind(Enum):
    """What goes wrong."""

    LATENCY = "latency"
    HTTP_ERROR = "http_error"
    RESET = "reset"
    BUSY = "busy"
    ERROR = "error"
    TRUNCATED = "truncated"
    INVALID_JSON = "invalid_json"
    TEXT_PLAIN = "text_plain"
    GZIP = "gzip"
    NO_ERRCODE = "no_errcode"
    EXTRA_FIELDS = "extra_fields"
    HINT_AND_RID = "hint_and_rid"


@dataclass(frozen=True)
class Fault:
    """One rule.

    ``path`` is a pattern such as ``/cgi-bin/draft/*``; ``account`` an AppID or empty for all; ``skip`` matching
    requests pass first, then ``count`` are struck (0: all until cleared), each with ``probability`` drawn from
    ``seed``, so that a run can be repeated. ``seconds`` (and up to ``jitter`` more) belong to latency, ``status`` to
    http_error, ``errcode`` to error.
    """

    kind: Kind
    path: str = "*"
    account: str = ""
    when: When = When.AFTER
    count: int = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    seconds: float = 0.0
    jitter: float = 0.0
    status: int = 502
    errcode: int = -1

    @classmethod
    def parse(cls, document: Any) -> Fault:
        """Build a rule from JSON. Raises BadFaultError with what is wrong."""
        if not isinstance(document, dict) or "kind" not in document:
            raise BadFaultError("a fault is a JSON object with a kind")
        defaults = {each.name: each.default for each in fields(cls)}
        for name, value in document.items():
            if name not in defaults:
                raise BadFaultError(f"there is no {name}; a fault has {', '.join(defaults)}")
            wanted = (int, float) if isinstance(defaults[name], int | float) else str
            if not isinstance(value, wanted):
                raise BadFaultError(f"{name} cannot be {value!r}")
        try:
            kind, when = Kind(document["kind"]), When(document.get("when", "after"))
        except ValueError as unknown:
            raise BadFaultError(str(unknown)) from None
        return cls(**dict(document, kind=kind, when=when))

    @classmethod
    def of_header(cls, header: str) -> Fault:
        """Build a rule from a request header. Raises BadFaultError."""
        try:
            return cls.parse(json.loads(header))
        except json.JSONDecodeError:
            raise BadFaultError("no JSON") from None

    def document(self) -> Json:
        """Answer the rule as JSON."""
        return dict(asdict(self), kind=self.kind.value, when=self.when.value)

    def covers(self, path: str, account: str) -> bool:
        """Say whether the rule is about this call."""
        return fnmatch.fnmatchcase(path, self.path) and self.account in {"", account}

    def strikes(self, seen: int, used: int) -> bool:
        """Say whether the rule strikes the ``seen``-th call (from 0) it covers, after ``used`` strikes."""
        exhausted = self.count and used >= self.count
        if exhausted or seen < self.skip:
            return False
        return self._dice(seen).random() < self.probability

    def delay(self, seen: int) -> float:
        """Answer the seconds a latency rule holds the ``seen``-th call up."""
        return self.seconds + self.jitter * self._dice(seen).random() if self.kind is Kind.LATENCY else 0.0

    def _dice(self, seen: int) -> random.Random:
        return random.Random(f"{self.seed}/{seen}")  # noqa: S311 - repeatable on purpose, protects nothing


@dataclass(frozen=True)
class Strike:
    """A rule that strikes the call in hand."""

    fault: Fault
    seen: int = 0

    @property
    def name(self) -> str:
        """The strike as the ledger writes it, e.g. ``reset after``."""
        return f"{self.fault.kind.value} {self.fault.when.value}"


class Strikes(tuple[Strike, ...]):
    """All rules that strike one call."""

    __slots__ = ()

    @property
    def names(self) -> list[str]:
        """The strikes as the ledger writes them."""
        return [strike.name for strike in self]

    def seconds(self, when: When) -> float:
        """Answer how long to wait on one side of the effect."""
        return sum(strike.fault.delay(strike.seen) for strike in self if strike.fault.when is when)

    def prevented(self, refuse: Callable[[int], Reply]) -> Reply | None:
        """Answer what the client gets instead of any effect, or nothing. ``refuse`` words an errcode."""
        for strike in self:
            fault = strike.fault
            if fault.kind is Kind.ERROR:
                return refuse(fault.errcode)
            if fault.when is When.BEFORE and fault.kind in {Kind.HTTP_ERROR, Kind.RESET, Kind.BUSY}:
                return _replaced(fault, refuse)
        return None

    def distorted(self, reply: Reply, refuse: Callable[[int], Reply]) -> Reply:
        """Answer what the client gets after the effect. The ledger shows both this and what was done."""
        for strike in self:
            fault = strike.fault
            if fault.when is When.AFTER and fault.kind in {Kind.HTTP_ERROR, Kind.RESET, Kind.BUSY}:
                reply = _replaced(fault, refuse)
            elif fault.kind in _DISTORTIONS:
                _DISTORTIONS[fault.kind](reply.finish())
        return reply.finish()


class Faults:
    """The rules in force."""

    def __init__(self, store: Store) -> None:
        """Work on the rules kept in ``store``."""
        self._store = store

    def add(self, fault: Fault) -> int:
        """Put a rule in force; answer its number."""
        return self._store.insert("INSERT INTO faults (document) VALUES (?)", json.dumps(fault.document()))

    def clear(self) -> None:
        """Drop every rule."""
        self._store.run("DELETE FROM faults")

    def take(self, path: str, account: str, header: str = "") -> Strikes:
        """Answer the rules striking this call and count it. ``header`` holds one more rule, as JSON."""
        struck = [Strike(Fault.of_header(header))] if header else []
        for row in self._store.rows("SELECT * FROM faults ORDER BY id"):
            fault = Fault.parse(json.loads(row["document"]))
            if not fault.covers(path, account):
                continue
            hit = fault.strikes(row["seen"], row["used"])
            self._store.run(
                "UPDATE faults SET seen = seen + 1, used = used + ? WHERE id = ?", int(hit), row["id"]
            )
            if hit:
                struck.append(Strike(fault, row["seen"]))
        return Strikes(struck)

    def describe(self) -> list[Json]:
        """Answer the rules with how often they were seen and used."""
        rows = self._store.rows("SELECT * FROM faults ORDER BY id")
        return [
            json.loads(row["document"]) | {key: row[key] for key in ("id", "seen", "used")} for row in rows
        ]


def _replaced(fault: Fault, refuse: Callable[[int], Reply]) -> Reply:
    if fault.kind is Kind.BUSY:
        return refuse(-1)
    if fault.kind is Kind.RESET:
        return Reply(status=0, delivery=Delivery.RESET)
    page = GATEWAY_PAGE.format(status=fault.status)
    return Reply(status=fault.status, body=page.encode(), content_type="text/html")


def _truncate(reply: Reply) -> None:
    reply.delivery = Delivery.TRUNCATED


def _spoil(reply: Reply) -> None:
    reply.document, reply.body = None, reply.body[:-1] + b",,"


def _mislabel(reply: Reply) -> None:
    reply.content_type = "text/plain"


def _compress(reply: Reply) -> None:
    reply.document, reply.body = None, gzip.compress(reply.body)
    reply.headers["Content-Encoding"] = "gzip"


def _drop_errcode(reply: Reply) -> None:
    if reply.document is not None:
        for key in ("errcode", "errmsg"):
            reply.document.pop(key, None)


def _add_fields(reply: Reply) -> None:
    if reply.document is not None:
        reply.document |= {"ext_info": {"trace": [1, "二"]}, "item": []}


def _add_hint(reply: Reply) -> None:
    if reply.document is not None:
        message = reply.document.get("errmsg", "ok")
        reply.document |= {"errmsg": f"{message} hint: [sandbox-1] rid: 00000000-00000000-00000000"}


_DISTORTIONS: dict[Kind, Callable[[Reply], None]] = {
    Kind.TRUNCATED: _truncate,
    Kind.INVALID_JSON: _spoil,
    Kind.TEXT_PLAIN: _mislabel,
    Kind.GZIP: _compress,
    Kind.NO_ERRCODE: _drop_errcode,
    Kind.EXTRA_FIELDS: _add_fields,
    Kind.HINT_AND_RID: _add_hint,
}
