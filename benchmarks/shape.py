"""The shape of what is printed (`guanhao-bench/1`, docs/bench.md)."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any

from guanhao import __version__
from guanhao.core import clock


def heading(*packages: str, **config: Any) -> dict[str, Any]:
    """The object without its results. How busy the machine is, is read now: call it before anything is measured.

    ``packages`` are those whose versions matter, ``config`` what was set for the run.
    """
    return {
        "schema": "guanhao-bench/1",
        "side": "product",
        "name": "guanhao",
        "at": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "versions": {"guanhao": __version__} | {name: version(name) for name in packages},
        "machine": {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load_before": round(os.getloadavg()[0], 2),
        },
        "config": config,
    }
