"""Characters drawn alike, measured: both are drawn in two typefaces, blurred, and compared point by point.

`guanhao proof shapes SERIF SANS` writes the data file; it depends on the typefaces, so its result is kept with the code
and training reads the file.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_SIZE = 40
_CANVAS = (48, 52)
_REDUCED = (24, 26)
_BLUR = 1.6
_LEAST_ALIKE = 0.5
_MOST_ALIKE = 10
_SIMPLIFIED_FACE = 2  # in a collection: Japanese, Korean, Simplified, …


def common_characters() -> list[str]:
    """The 6 763 characters of the national standard's two levels (GB/T 2312), in its order."""
    rows = ((row, cell) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return [bytes(pair).decode("gb2312") for pair in rows if pair[0] != 0xD7 or pair[1] <= 0xF9]  # noqa: PLR2004


def compare(fonts: list[Path]) -> list[str]:
    """For each common character one line: itself and the characters most like it."""
    characters = common_characters()
    likeness = np.mean([_likeness(characters, font) for font in fonts], axis=0)
    np.fill_diagonal(likeness, 0.0)
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :_MOST_ALIKE]
    return [
        character + "".join(characters[other] for other in order[row] if likeness[row, other] > _LEAST_ALIKE)
        for row, character in enumerate(characters)
    ]


@lru_cache(maxsize=1)
def lookalikes() -> dict[str, str]:
    """Character → those drawn like it, the most alike first."""
    text = resources.files("guanhao.screening.data").joinpath("shapes.txt").read_text(encoding="utf-8")
    return {line[0]: line[1:] for line in text.splitlines() if len(line) > 1}


def _likeness(characters: list[str], path: Path) -> npt.NDArray[np.float32]:
    font = ImageFont.truetype(str(path), _SIZE, index=_SIMPLIFIED_FACE if path.suffix == ".ttc" else 0)
    drawn = np.stack([_drawn(character, font) for character in characters])
    drawn -= drawn.mean(axis=0)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn @ drawn.T


def _drawn(character: str, font: ImageFont.FreeTypeFont) -> npt.NDArray[np.float32]:
    image = Image.new("L", _CANVAS, 0)
    ImageDraw.Draw(image).text((4, -6), character, font=font, fill=255)
    points = np.asarray(
        image.filter(ImageFilter.GaussianBlur(_BLUR)).resize(_REDUCED), dtype=np.float32
    ).ravel()
    return points / np.float32(np.linalg.norm(points))
