"""From what a page uploads to what is stored: pictures, documents, HTML source, Word files."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from guanhao.contents.assets import MOST_DOCUMENT, store_document, store_image
from guanhao.contents.docx import import_docx
from guanhao.contents.imported import Imported
from guanhao.contents.models import Asset
from guanhao.contents.paste import import_html, remote_picture
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.web.viewer import Viewer

MOST_HTML = 2_000_000  # characters; larger sources are refused before anything reads them


def picture(viewer: Viewer, file: UploadedFile[Any] | None) -> Asset:
    """Store an uploaded picture.

    Raises:
        Refused: no file, too large, or no picture.
    """
    return store_image(actor=viewer.actor, person=viewer.person, data=_read(file), name=_name(file))


def document(viewer: Viewer, file: UploadedFile[Any]) -> Asset:
    """Store a file that will hang on an article.

    Raises:
        Refused: too large, or a kind of file that is not taken.
    """
    return store_document(actor=viewer.actor, person=viewer.person, data=_read(file), name=_name(file))


def screenshot(viewer: Viewer, file: UploadedFile[Any] | None) -> Asset | None:
    """Store a screenshot, where one was uploaded."""
    return picture(viewer, file) if file else None


def fetched(viewer: Viewer, address: str) -> str:
    """Bring a picture from a pasted address into the store; answers its digest.

    Raises:
        Refused: it cannot be had, or is no picture.
    """
    return remote_picture(actor=viewer.actor, person=viewer.person, address=address[:4000])


def brought(viewer: Viewer, file: UploadedFile[Any] | None, html: str) -> Imported:
    """Import a Word file, or else HTML source.

    Raises:
        Refused: neither is there, or it cannot be taken.
    """
    if file is not None:
        return import_docx(actor=viewer.actor, person=viewer.person, data=_read(file))
    if not html.strip() or len(html) > MOST_HTML:
        raise Refused(
            Denied(Text(zh="没有内容，或内容太大。", en="There is nothing to import, or too much."))
        )
    return import_html(actor=viewer.actor, person=viewer.person, html=html)


def _read(file: UploadedFile[Any] | None) -> bytes:
    if file is None or not file.size:
        raise Refused(
            Denied(Text(zh="没有选择文件，或文件是空的。", en="No file was chosen, or it is empty."))
        )
    if file.size > MOST_DOCUMENT:
        raise Refused(Denied(Text(zh="文件太大。", en="The file is too large.")))
    return bytes(file.read())


def _name(file: UploadedFile[Any] | None) -> str:
    return (file.name or "") if file else ""
