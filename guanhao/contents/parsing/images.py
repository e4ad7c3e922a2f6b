"""Pictures: four formats by name, bounds before decoding, drawn anew so that nothing but the picture remains (CF3, PD8).

EXIF (with position and thumbnail), comments, profiles and whatever hides behind the picture's end are gone because only
pixels are carried over. The result is a JPEG, PNG or GIF, which is what platforms take.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from guanhao.contents.parsing.refusals import Reason, Refusal

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
MOST_JPEG_PIXELS = 110_000_000  # telephones make 108 megapixels; a JPEG is decoded small at once
MOST_FRAMES = 200
MOST_MOVING_PIXELS = 120_000_000  # of all frames together
WIDEST = 1920  # phones show no more
MOST_KEPT_PIXELS = 16_000_000
_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew."""

    data: bytes
    mime: str
    width: int
    height: int


def redraw(data: bytes) -> Picture:
    """Open, bound, turn upright, make no wider than `WIDEST`, and write anew. Equal input gives equal output.

    Raises:
        Refusal: not one of the formats, too many bytes, pixels or frames, or damaged.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(Reason.TOO_LARGE)
    # Our own bounds below are tighter than the library's warning, which would only go to standard error.
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _refuse_huge(image)
            return _moving(image) if getattr(image, "is_animated", False) else _still(image)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        huge = isinstance(error, Image.DecompressionBombError)
        raise Refusal(Reason.TOO_MANY_PIXELS if huge else Reason.NOT_A_PICTURE) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise Refusal(Reason.UNREADABLE) from error


def _refuse_huge(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > (MOST_JPEG_PIXELS if image.format == "JPEG" else MOST_PIXELS):
        raise Refusal(Reason.TOO_MANY_PIXELS)
    frames = getattr(image, "n_frames", 1) if image.format in {"GIF", "WEBP"} else 1
    if frames > MOST_FRAMES or (frames > 1 and frames * pixels > MOST_MOVING_PIXELS):
        raise Refusal(Reason.TOO_MANY_FRAMES)


def _still(image: Image.Image) -> Picture:
    if image.format == "JPEG":
        image.draft("RGB", _fitting(image.size))
    upright = ImageOps.exif_transpose(image)
    small = _reduced(_see_through(upright))
    kind = "PNG" if small.mode == "RGBA" or image.format == "PNG" else "JPEG"
    return _written(small, kind)


def _see_through(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where any of it is transparent."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        lowest, _ = rgba.getchannel("A").getextrema()
        return rgba if lowest != 255 else rgba.convert("RGB")  # noqa: PLR2004 - opaque.
    return image.convert("RGB")


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, WIDEST / width, (MOST_KEPT_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _reduced(image: Image.Image) -> Image.Image:
    size = _fitting(image.size)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _written(image: Image.Image, kind: str) -> Picture:
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    if kind == "PNG":
        bare.save(out, "PNG", optimize=False)
    else:
        bare.save(out, "JPEG", quality=_QUALITY, progressive=True)
    return Picture(out.getvalue(), f"image/{kind.lower()}", *bare.size)


def _moving(image: Image.Image) -> Picture:
    """Every frame drawn anew; a moving WebP becomes a GIF, which platforms take."""
    frames, pauses = [], []
    for frame in ImageSequence.Iterator(image):
        bare = Image.new("RGBA", frame.size)
        bare.paste(frame.convert("RGBA"))
        frames.append(bare)
        pauses.append(int(frame.info.get("duration", 100)) or 100)
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=pauses, loop=0, disposal=2)
    return Picture(out.getvalue(), "image/gif", *image.size)
