"""What a process has loaded stays loaded, so Python's collector need not look through it again and again.

A full collection looks at every object there is: with all modules and word lists of this application that takes a tenth
to a quarter of a second, in which every thread of the process stands.
"""

from __future__ import annotations

import gc


def keep() -> None:
    """Throw rubbish away once and leave what is there out of later collections. For when everything has been loaded.

    What is in use at this moment is freed as usual once nothing refers to it; only if it became part of a circle of
    references would it stay.
    """
    gc.collect()
    gc.freeze()
