"""Pictures for invented articles: quiet bands of colour, different for every title."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw

SIZE = (900, 506)
PALETTES = (
    ((226, 232, 240), (125, 158, 192), (52, 86, 126)),
    ((236, 231, 219), (191, 160, 106), (120, 90, 48)),
    ((224, 235, 226), (126, 168, 138), (54, 98, 70)),
    ((238, 226, 226), (190, 130, 130), (120, 62, 66)),
)


def draw(seed: str) -> bytes:
    """A JPEG of hills under a sky, decided by the seed alone."""
    digest = hashlib.sha256(seed.encode()).digest()
    sky, far, near = PALETTES[digest[0] % len(PALETTES)]
    image = Image.new("RGB", SIZE, sky)
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    sun = (120 + digest[1] * 2, 70 + digest[2] // 3)
    pen.ellipse((sun[0], sun[1], sun[0] + 90, sun[1] + 90), fill=(250, 245, 232))
    for layer, colour in enumerate((far, near)):
        base = height * (5 + 2 * layer) // 10
        peaks = [(width * n // 6, base - (digest[3 + layer * 7 + n] % 110) + layer * 40) for n in range(7)]
        pen.polygon([(0, height), *peaks, (width, height)], fill=colour)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
