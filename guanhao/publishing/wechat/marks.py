"""Recognising our own work on the platform (§2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from guanhao.platforms.matching import Fingerprint, fingerprint
from guanhao.platforms.types import Answer
from guanhao.platforms.wechat.calls import Call
from guanhao.platforms.wechat.client import PAGE
from guanhao.platforms.wechat.reading import Listed, NewsItem, page
from guanhao.publishing.checks import items_of
from guanhao.publishing.models import PublishJob, RemoteMedia
from guanhao.publishing.outgoing import body_of, content_of
from guanhao.publishing.wechat.connection import WeChatWork

MOST_PAGES = 10
EARLIER = timedelta(seconds=60)  # clocks differ (§2.4, mark 3)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a job's draft and publication are recognised by."""

    covers: frozenset[str]
    key: str
    prints: tuple[Fingerprint, ...]

    def carried_by(self, entry: Listed) -> bool:
        """Mark 1 or 2: a cover uploaded for this job alone, or the job's link."""
        return any(item.thumb_media_id in self.covers or self.key in item.source_url for item in entry.items)

    def resembled_by(self, entry: Listed) -> bool:
        """Mark 3: the same texts, titles and numbers of pictures, in the same order."""
        return tuple(_print(item) for item in entry.items) == self.prints


def _print(item: NewsItem) -> Fingerprint:
    return item.fingerprint()


def marks_of(job: PublishJob) -> Marks:
    """The job's marks, from its own rows."""
    covers = RemoteMedia.objects.filter(job=job, use="cover").values_list("remote_id", flat=True)
    prints = tuple(
        fingerprint(content_of(item.revision).title, body_of(item.revision, lambda _digest: "picture"))
        for item in items_of(job)
    )
    return Marks(frozenset(covers), job.mark, prints)


@dataclass(frozen=True, slots=True)
class Search:
    """What paging through a list brought: matching entries, or the answer that ended it early."""

    marked: tuple[Listed, ...] = ()
    alike: tuple[Listed, ...] = ()
    seen: int = 0
    total: int = 0
    failed: Answer | None = None


def search(work: WeChatWork, call: Call, marks: Marks, since: datetime, *, bare: bool = False) -> Search:
    """Page through a list, newest first, until before ``since``; every page is read before anything is concluded."""
    marked: dict[str, Listed] = {}
    alike: dict[str, Listed] = {}
    seen = total = 0
    for answer in _pages(work, call, bare=bare):
        if not answer.done:
            return Search(failed=answer)
        found = page(answer.data)
        total = found.total
        seen += len(found.entries)
        recent = [entry for entry in found.entries if entry.updated >= (since - EARLIER).timestamp()]
        # By id: pages shift while others publish, and an entry may be met twice.
        marked |= {entry.id: entry for entry in recent if marks.carried_by(entry)}
        alike |= {entry.id: entry for entry in recent if not bare and marks.resembled_by(entry)}
        if not recent or seen >= total or not found.entries:
            break
    return Search(tuple(marked.values()), tuple(alike.values()), seen, total)


def _pages(work: WeChatWork, call: Call, *, bare: bool) -> Iterator[Answer]:
    for number in range(MOST_PAGES):
        yield work.ask(call, {"offset": number * PAGE, "count": PAGE, "no_content": int(bare)})
