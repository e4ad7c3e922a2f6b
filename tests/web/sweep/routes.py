"""Every address of the product, read from the URL resolver, and how the sweep visits it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

MATRIX = Path(__file__).parent / "matrix.csv"
# Who visits: sign-in names of the cast; nobody for the stranger; the last is another institution's office editor.
ROLES = {
    "stranger": "",
    "student": "ruian-student",
    "section": "ruian-section",
    "section_head": "ruian-section-head",
    "leader": "ruian-leader",
    "editor": "ruian-editor",
    "tech": "ruian-tech",
    "system": "ruian-system",
    "security": "ruian-security",
    "audit": "ruian-audit",
    "foreign": "gpnu-publicity",
}
# Under DEMO only, and visited under their own urlconf in test_demonstration.
DEMONSTRATION = {"demonstration", "demonstration_sign_in"}


class Row(NamedTuple):
    """One line of the matrix: an address and a method with the code each role gets."""

    name: str
    method: str
    codes: dict[str, int]


def patterns() -> dict[str, URLPattern]:
    """Every named route; a route without a name cannot be swept and fails here."""
    return dict(_walk(get_resolver()))


def _walk(resolver: URLResolver):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry)
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield entry.name, entry


def arguments(pattern: URLPattern) -> set[str]:
    """The names of the arguments in a route."""
    return set(pattern.pattern.converters)


def matrix() -> list[Row]:
    """The reviewed file."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return [
            Row(line.pop("name"), line.pop("method"), {role: int(code) for role, code in line.items()})
            for line in csv.DictReader(file)
        ]


def address(name: str, values: dict[str, object]) -> str:
    """The address of a route with its arguments."""
    return reverse(name, kwargs=values)
