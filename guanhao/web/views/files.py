"""Stored files and previews: pictures by signed address, attachments as downloads, a revision as readers see it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from guanhao.contents.content import Content
from guanhao.web import csp
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access, pictures, stored
from guanhao.web.work.reading import as_read


@login_not_required
@require_safe
@cache_control(private=True, max_age=pictures.VALID_SECONDS, immutable=True)
def picture(request: WebRequest, token: str) -> HttpResponseBase:  # noqa: ARG001 - the address is the permission.
    """A picture of an article. Sandboxed previews send no cookies, so the signed address decides alone."""
    try:
        institution_id, digest = pictures.opened(token)
    except pictures.NoPicture:
        raise Http404 from None
    return stored.picture(institution_id, digest)


@require_safe
def attachment(request: WebRequest, pk: int) -> HttpResponseBase:
    """A file that hangs on an article, always as a download (CF5)."""
    return stored.download(access.attachment(request.viewer, pk).asset)


@require_safe
@csp.relaxed(csp.PREVIEW)
def revision_preview(request: WebRequest, pk: int) -> HttpResponse:
    """A revision as readers will see it; with ``since``, paragraphs that an earlier one lacks are marked."""
    revision = access.revision(request.viewer, pk)
    since = access.sibling(revision, request.GET.get("since", ""))
    earlier = Content.stored(since.content).body if since else None
    content = Content.stored(revision.content)
    return render(request, "web/work/phone.html", as_read(request.viewer, revision.article, content, earlier))
