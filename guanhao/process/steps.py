"""Which steps serve which queue: what the worker runs, here or anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from guanhao.contents.linkcheck import try_one
from guanhao.contents.rescreening import read_some
from guanhao.contents.training import train_one
from guanhao.exports.steps import export_one
from guanhao.notices.steps import deliver_some
from guanhao.process.callbacks import handle_one
from guanhao.process.drawing import draw_consequences
from guanhao.process.periodic import JOBS
from guanhao.publishing.steps import (
    LOOK_STEPS,
    PREPARING_STEPS,
    PUBLISH_STEPS,
    SENDING_STEPS,
    seconds_to_next,
)
from guanhao.steps.ticks import ticking
from guanhao.steps.types import Queue, Rest, Step

QUEUES: dict[Queue, tuple[Step, ...]] = {
    Queue.PUBLISH: PUBLISH_STEPS,
    Queue.LOOK: LOOK_STEPS,
    Queue.CALLBACKS: (handle_one,),
    Queue.CONSEQUENCES: (draw_consequences,),
    Queue.DELIVERIES: (deliver_some,),
    Queue.EXPORTS: (export_one,),
    Queue.PERIODIC: (ticking(JOBS),),
    Queue.SCREENING: (try_one, read_some, train_one),
}

# Where one thread has slots for all places of a queue: its steps, and those that the places still do themselves.
SLOTTED: dict[str, tuple[Sequence[Step], Sequence[Step]]] = {Queue.PUBLISH: (SENDING_STEPS, PREPARING_STEPS)}

# Threads of a queue where nobody says otherwise, one for the rest: three hundred pushes of one minute are out within it (RS6).
PLACES: dict[str, int] = {Queue.PUBLISH: 8, Queue.LOOK: 2}

RESTS: dict[str, Rest] = {Queue.PUBLISH: seconds_to_next}

ALL_STEPS: tuple[Step, ...] = tuple(step for steps in QUEUES.values() for step in steps)
