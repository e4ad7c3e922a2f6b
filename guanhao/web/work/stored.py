"""Stored files as answers. Names on disk are ours; the user's name stands only in the header (CF5)."""

from __future__ import annotations

import io
import zipfile

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from guanhao.cases.models import PaperCopy
from guanhao.contents.assets import NoSuchFile, open_asset
from guanhao.contents.models import Asset
from guanhao.core import tenancy
from guanhao.people.models import Institution
from guanhao.publishing.models import PublishJob
from guanhao.publishing.outgoing import content_of

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def picture(institution_id: int, digest: str) -> HttpResponse:
    """A picture of an institution; the caller has checked the permission in its signed address."""
    with tenancy.within(Institution(pk=institution_id)):
        try:
            data, mime = open_asset(digest)
        except NoSuchFile:
            raise Http404 from None
    if not mime.startswith("image/"):
        raise Http404
    return HttpResponse(data, content_type=mime)


def pictures_of(job: PublishJob) -> HttpResponse:
    """The pictures of a job's articles in the order readers meet them, cover first, as one zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for item in job.items.select_related("revision").order_by("position"):
            for number, digest in enumerate(content_of(item.revision).images, start=1):
                data, mime = open_asset(digest)
                archive.writestr(f"{item.position + 1:02d}-{number:02d}.{_ENDINGS.get(mime, 'bin')}", data)
    answer = HttpResponse(buffer.getvalue(), content_type="application/zip")
    answer.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{job.pk}.zip"
    )
    return answer


def download(asset: Asset) -> HttpResponse:
    """A file as a download of a fixed type, whatever it is."""
    try:
        data, _mime = open_asset(asset.digest)
    except NoSuchFile:
        raise Http404 from None
    answer = HttpResponse(data, content_type="application/octet-stream")
    name = asset.original_name or f"{asset.digest[7:19]}.bin"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def paper(copy: PaperCopy) -> HttpResponse:
    """A paper of a case: a picture, which is drawn anew before it is kept, is shown; a PDF is only ever a download."""
    try:
        data, mime = open_asset(copy.digest)
    except NoSuchFile:
        raise Http404 from None
    name = copy.name or f"{copy.digest[7:19]}.{_ENDINGS.get(mime, 'pdf')}"
    if mime.startswith("image/"):
        return HttpResponse(data, content_type=mime)
    return offered(data, name, "application/octet-stream")


def offered(data: bytes, name: str, mime: str) -> HttpResponse:
    """Bytes that we made ourselves, as a download under this name."""
    answer = HttpResponse(data, content_type=mime)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
