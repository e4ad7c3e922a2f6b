"""Why a file is not taken: one word per reason, so that it can cross from the worker and be said in two languages."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The closed list of reasons."""

    UNREADABLE = "unreadable"
    NOT_A_PICTURE = "not_a_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_FRAMES = "too_many_frames"
    TOO_LARGE = "too_large"
    TOO_HEAVY = "too_heavy"  # time or memory ran out
    NOT_A_DOCUMENT = "not_a_document"
    ZIP_BOMB = "zip_bomb"
    UNSAFE_PATH = "unsafe_path"
    MACROS = "macros"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    ENTITIES = "entities"
    NESTED = "nested"
    TEMPLATE_BROKEN = "template_broken"
    TEMPLATE_LOGIC = "template_logic"


class Refusal(Exception):  # noqa: N818 - it is an answer.
    """The file is not taken. ``detail`` names the part at fault, where there is one."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail
