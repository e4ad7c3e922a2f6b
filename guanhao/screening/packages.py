"""The package whose dictionary is large, loaded by the first text that needs it.

It takes some thirty mebibytes, which a process that shows pages and reads no texts can do without.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any


@lru_cache(maxsize=1)
def jieba() -> Any:
    """The dictionary that cuts Chinese into words."""
    return import_module("rjieba")
