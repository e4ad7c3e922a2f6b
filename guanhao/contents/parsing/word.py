"""A Word document as HTML, its pictures beside it. Only what `archives.inspect` let pass is opened."""

from __future__ import annotations

import io
from typing import Any

import mammoth

from guanhao.contents.parsing import archives
from guanhao.contents.parsing.refusals import Reason, Refusal

MOST_PICTURES = 40
MOST_PICTURE_BYTES = 60 * 1024 * 1024  # of all pictures together; the parent holds them in memory
PLACEHOLDER = "picture:"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='标题'] => h1:fresh
u => u
strike => s
"""


def convert(data: bytes) -> tuple[str, list[bytes]]:
    """HTML in which pictures are ``<img src="picture:0">``, and the pictures' bytes in that order.

    Raises:
        Refusal: not a plain Word document, too many pictures, or damaged.
    """
    archives.inspect(data)
    pictures: list[bytes] = []

    def keep(image: Any) -> dict[str, str]:
        with image.open() as stream:
            pictures.append(stream.read())
        if len(pictures) > MOST_PICTURES or sum(map(len, pictures)) > MOST_PICTURE_BYTES:
            raise Refusal(Reason.TOO_LARGE)
        return {"src": f"{PLACEHOLDER}{len(pictures) - 1}"}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            convert_image=mammoth.images.img_element(keep),
            style_map=_STYLES,
            external_file_access=False,
        )
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError, LookupError) as error:
        raise Refusal(Reason.UNREADABLE) from error
    return str(result.value), pictures
