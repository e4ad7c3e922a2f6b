"""What readers get, made from the approved content alone: body with its pictures' addresses, source and credits."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from django.conf import settings

from guanhao.contents.content import Content, place_assets
from guanhao.contents.matters import rulebook_of
from guanhao.contents.models import Revision
from guanhao.contents.posting import ending_of
from guanhao.contents.sanitise import sanitise
from guanhao.publishing.models import PublishJob


def content_of(revision: Revision) -> Content:
    """The approved content exactly as it was decided."""
    return Content.stored(revision.content)


def body_of(revision: Revision, address_of: Callable[[str], str]) -> str:
    """The body as it leaves us, sanitised once more (CF1), with source and credits at its end where it lacks them."""
    content = content_of(revision)
    return place_assets(sanitise(content.body), address_of) + _ending(revision, content)


def _ending(revision: Revision, content: Content) -> str:
    """Source and credits at the end of the body."""
    lines = ending_of(content, rulebook_of(revision.article).credits)
    if not lines:
        return ""
    return "<section>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</section>"


def cover_of(content: Content) -> str:
    """The digest of the cover, or of the first picture where none was chosen; empty where there is no picture."""
    return next(iter(content.images), "")


def source_link(job: PublishJob, content: Content) -> str:
    """The 阅读原文 link: the author's, or the job's own link as mark 2 where it was left free (§2.4).

    Ours needs a page that readers can open; where the installation names none, mark 1 has to do.
    """
    if content.source_url or not settings.JOB_LINK_URL:
        return content.source_url
    return f"{settings.JOB_LINK_URL.rstrip('/')}/{job.mark}"
