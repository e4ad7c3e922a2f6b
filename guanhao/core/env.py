"""Typed readers of the environment. A bad value stops the process with a sentence; secrets may come from files."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path


class BadSetting(SystemExit):
    """A setting cannot be used; the text names it, the value's fault and what would be right."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")


def text(name: str, default: str | None = None) -> str:
    """Read a string; without a default its absence stops the process."""
    value = os.environ.get(name)
    if value is not None:
        return value
    if default is None:
        raise BadSetting(name, "is not set, and there is no safe default.")
    return default


def boolean(name: str, *, default: bool) -> bool:
    """Read ``1/true/yes/on`` or ``0/false/no/off``; anything else stops the process."""
    value = os.environ.get(name)
    if value is None:
        return default
    lowered = value.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"is {value!r}; write 1 or 0.")


def integer(name: str, *, default: int, least: int, most: int) -> int:
    """Read a whole number within bounds."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        raise BadSetting(name, f"is {value!r}; write a whole number.") from None
    if not least <= number <= most:
        raise BadSetting(name, f"is {number}; it must be from {least} to {most}.")
    return number


def names(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Read a comma-separated list, blanks trimmed, empty items dropped."""
    value = os.environ.get(name)
    if value is None:
        return default
    return tuple(item.strip() for item in value.split(",") if item.strip())


def secret(name: str, default: str | None = None) -> str:
    """Read a secret from ``NAME`` or from the file that ``NAME_FILE`` names; an unreadable file is an error."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return text(name, default)
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE", f"cannot be read: {error.strerror}.") from None
    if not value:
        raise BadSetting(f"{name}_FILE", "names an empty file.")
    return value


def networks(name: str) -> tuple[str, ...]:
    """Read a comma-separated list of addresses or networks; a malformed one stops the process."""
    found = names(name)
    for text_of in found:
        try:
            ipaddress.ip_network(text_of, strict=False)
        except ValueError:
            raise BadSetting(
                name, f"has {text_of!r}; write addresses or networks such as 10.0.0.0/8."
            ) from None
    return found
