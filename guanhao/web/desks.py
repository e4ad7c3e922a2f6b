"""What lies on a desk."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.web.viewer import Viewer


@dataclass(frozen=True)
class Desk:
    """One viewer's desk."""

    viewer: Viewer


def of(viewer: Viewer) -> Desk:
    """The desk of a viewer."""
    return Desk(viewer)
