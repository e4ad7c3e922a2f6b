"""What the first text of a process would have to wait for, loaded beforehand: dictionary, model, foldings, look-alikes.

All of it is shared by every text and every institution, some sixty mebibytes and half a second. A web process loads it
beside its first pages, so that nobody who writes waits for it, and keeps it; commands load what their texts need.
"""

from __future__ import annotations

from threading import Thread

from guanhao.core import loaded
from guanhao.screening.folding import DRAFTS
from guanhao.screening.proof import confusions
from guanhao.screening.proof.modelfile import delivered
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.terms import Segment, Term, Text

_TEXT = "今天上午学校在图书馆召开会议。"


def warm() -> None:
    """Read one sentence as drafts are read, its words of a list and its typos."""
    Segment([Term(text="会 议", family=""), Term(text="C++", family="")], DRAFTS).find(Text(_TEXT))
    confusions.alike(_TEXT[0])
    Proofreader(model=delivered()).corrections([_TEXT])


def in_background() -> Thread:
    """Do so in a thread of its own, which ends with the process at the latest, and keep what is then loaded."""
    thread = Thread(target=_warm_and_keep, name="screening-warming", daemon=True)
    thread.start()
    return thread


def _warm_and_keep() -> None:
    warm()
    loaded.keep()
