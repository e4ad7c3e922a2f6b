"""Terms: words an institution does not want, as data, and where they stand in a text.

A `TermIndex` is a row of segments that never change, a short list of additions, and a set of removals. Segments are
shared by everybody who uses the same list; a change makes a new index in the time its own terms take, not the list's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from guanhao.core.canonical import digest
from guanhao.screening.folding import DRAFTS, Fold
from guanhao.screening.force import Force
from guanhao.screening.normalising import Normalised, normalise
