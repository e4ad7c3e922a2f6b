"""Pictures in the forms the platform takes (wechat.md §7): inline JPEG or PNG below 1 MB, covers up to 10 MB."""

from __future__ import annotations

import io

from PIL import Image

from guanhao.platforms.wechat.client import Upload

INLINE_BYTES = 1_000_000
INLINE = {"image/jpeg": "jpg", "image/png": "png"}
LIBRARY = {**INLINE, "image/gif": "gif"}
_QUALITIES = (88, 76, 64, 52)
_WIDTHS = (2160, 1440, 1080, 720)


def for_text(data: bytes, mime: str) -> Upload:
    """The picture for ``uploadimg``, made smaller only where it must be.

    Raises:
        ValueError: it cannot be brought below the limit.
    """
    if mime in INLINE and len(data) < INLINE_BYTES:
        return Upload(f"picture.{INLINE[mime]}", mime, data)
    for width in _WIDTHS:
        for quality in _QUALITIES:
            smaller = as_jpeg(data, width, quality)
            if len(smaller) < INLINE_BYTES:
                return Upload("picture.jpg", "image/jpeg", smaller)
    raise ValueError("The picture cannot be brought below 1 MB.")


def for_library(data: bytes, mime: str) -> Upload:
    """The picture for the material library: covers, and moving pictures, which the text upload does not take."""
    if mime in LIBRARY:
        return Upload(f"picture.{LIBRARY[mime]}", mime, data)
    return Upload("picture.jpg", "image/jpeg", as_jpeg(data, _WIDTHS[0], _QUALITIES[0]))


def as_jpeg(data: bytes, width: int, quality: int = _QUALITIES[0]) -> bytes:
    """The picture on white, no wider than ``width``."""
    with Image.open(io.BytesIO(data)) as picture:
        flat = Image.new("RGB", picture.size, "white")
        opaque = picture.convert("RGBA")
        flat.paste(opaque, mask=opaque.getchannel("A"))
    if flat.width > width:
        flat = flat.resize((width, max(1, flat.height * width // flat.width)))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=quality)
    return out.getvalue()
