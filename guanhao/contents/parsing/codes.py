"""What the QR codes in a picture say. The picture is opened under the bounds of `images`, in the worker that can be killed."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

from guanhao.contents.parsing import images

MOST_CODES = 8
LONGEST = 1000  # characters of one code's text


def texts_in(data: bytes) -> list[str]:
    """The texts of the codes found, each once; a photograph without any gives none.

    Raises:
        Refusal: no picture of the formats taken, or beyond a bound.
    """
    picture = images.redraw(data)
    with Image.open(io.BytesIO(picture.data)) as image:
        found = zxingcpp.read_barcodes(
            image.convert("L"), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
    texts = [code.text.strip()[:LONGEST] for code in found[:MOST_CODES]]
    return list(dict.fromkeys(text for text in texts if text))
