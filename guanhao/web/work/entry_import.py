"""A file of entries between its upload and its import: kept for an hour, checked, taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import Http404

from guanhao.core import randomness
from guanhao.lexicon.entering import EntryChange, compare_entries
from guanhao.lexicon.entryfiles import ALLOWED, ALLOWED_WORDS, EntriesRead, NewEntry, parse_entries
from guanhao.lexicon.types import EntryKind
from guanhao.people.models import Unit
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.hitwords import class_word
from guanhao.web.work.lexicon_pages import KEPT_SECONDS, SHOWN_FAULTS, SHOWN_TERMS


@dataclass(frozen=True, slots=True)
class EntryUpload:
    """A file of entries that was uploaded and not taken yet."""

    name: str
    kind: str
    data: bytes

    def read(self) -> EntriesRead:
        """Its entries and its faults."""
        units = frozenset(Unit.objects.open().values_list("name", flat=True))
        return parse_entries(self.name, self.data, kind=self.kind, units=units)


def keep(viewer: Viewer, upload: EntryUpload) -> str:
    """Keep an upload for an hour; answers the token of its page."""
    token = randomness.token_hex(12)
    cache.set(_key(viewer, token), (upload.name, upload.kind, upload.data), KEPT_SECONDS)
    return token


def kept(viewer: Viewer, token: str) -> EntryUpload:
    """The upload; `Http404` when it is another person's, was taken, or an hour has passed."""
    found = cache.get(_key(viewer, token))
    if found is None:
        raise Http404
    return EntryUpload(*found)


def forget(viewer: Viewer, token: str) -> None:
    """Drop an upload that was taken."""
    cache.delete(_key(viewer, token))


def dry_run(read: EntriesRead) -> dict[str, Any]:
    """What taking the file would change, or every fault of it by its line."""
    change: EntryChange | None = None if read.problems else compare_entries(read.entries)
    return {
        "faults": [said(problem) for problem in read.problems[:SHOWN_FAULTS]],
        "fault_count": len(read.problems),
        "change": change,
        "sample": [
            (_kind(entry), entry, class_word(entry.hit_class)) for entry in read.entries[:SHOWN_TERMS]
        ],
        "count": len(read.entries),
    }


def _kind(entry: NewEntry) -> str:
    return ALLOWED_WORDS[0] if entry.kind == ALLOWED else str(EntryKind(entry.kind).label)


def _key(viewer: Viewer, token: str) -> str:
    return f"entries:{viewer.institution.pk}:{viewer.person.pk}:{token}"
