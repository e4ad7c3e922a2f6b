"""A person's calendar feed: a private address that shows what they owe, and can be renewed.

The secret part of the address is shown once; only its digest is kept. Calendars fetch without signing in, so the address
alone is the permission, and it shows no more than what the person owes at that moment: nothing once they have left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db import transaction

from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.duties.models import Duty, Feed
from guanhao.duties.naming import task_of, thing_of
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person

MOST = 500
_FOLD = 73  # octets a line may have before it is folded (RFC 5545 §3.1 allows 75)


@transaction.atomic
def renew(*, actor: Actor, person: Person) -> str:
    """Make a new secret address; the one before is dead at once. Answers the secret, which is kept nowhere."""
    secret = randomness.token_hex(24)
    Feed.objects.update_or_create(
        institution_id=person.institution_id,
        person=person,
        defaults={"digest": digest_of(secret), "made_at": clock.now()},
    )
    record(
        institution=person.institution,
        actor=actor,
        action=Action.FEED_RENEWED,
        subject=Subject("person", str(person.pk), person.name),
    )
    return secret


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


def duties_of(person: Person) -> list[Duty]:
    """What the person owes with a due time, the next first."""
    rows = Duty.objects.owed_by(person).open().filter(due_at__isnull=False)
    related = rows.select_related("account", "paper", "unit", "concern__unit", "person", "rulebook")
    return list(related.defer("rulebook__content", "rulebook__source").order_by("due_at", "pk")[:MOST])


def calendar_text(duties: Iterable[Duty], *, name: str, base: str, english: bool) -> str:
    """The duties as an iCalendar object: one entry each at its due time, with an alarm a day before."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Guanhao//Duties//ZH",
        "METHOD:PUBLISH",
        "X-WR-TIMEZONE:Asia/Shanghai",
    ]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for duty in duties:
        lines.extend(_entry(duty, base, english=english))
    lines.append("END:VCALENDAR")
    return "\r\n".join(part for line in lines for part in _folded(line)) + "\r\n"


def _entry(duty: Duty, base: str, *, english: bool) -> Iterator[str]:
    assert duty.due_at is not None
    task = task_of(duty)
    words = (english and task.en) or task.zh
    address = f"{base.rstrip('/')}/duties/{duty.key}/"
    yield from (
        "BEGIN:VEVENT",
        f"UID:{duty.key}@guanhao",
        f"DTSTAMP:{_instant(duty.opened_at)}",
        f"DTSTART:{_instant(duty.due_at)}",
        f"DTEND:{_instant(duty.due_at)}",
        f"SUMMARY:{_text(f'{words} · {thing_of(duty)}')}",
        f"DESCRIPTION:{_text(f'{duty.article} {address}')}",
        f"URL:{address}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(words)}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Words as a value: separators and line ends escaped, other control characters dropped (RFC 5545 §3.3.11)."""
    escaped = (
        words.replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\r", "")
        .replace("\n", "\\n")
    )
    return "".join(char for char in escaped if char.isprintable())


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never within a character."""
    piece, length = "", 0
    for char in line:
        size = len(char.encode())
        if length + size > _FOLD:
            yield piece
            piece, length = " ", 1
        piece, length = piece + char, length + size
    yield piece
