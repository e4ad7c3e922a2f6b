"""The named places where a test may end the publisher (security §4.1): around the public call, and one per write."""

from __future__ import annotations

from enum import StrEnum

from guanhao.core import faults


class Point(StrEnum):
    """Every place, in the order a job passes them; a channel without drafts passes fewer."""

    STAGING_BEGUN = "staging_begun"
    UPLOAD_INTENT = "upload_intent"
    UPLOAD_REPLY = "upload_reply"
    UPLOAD_OUTCOME = "upload_outcome"
    DRAFT_INTENT = "draft_intent"
    DRAFT_MID_REQUEST = "draft_mid_request"
    DRAFT_REPLY = "draft_reply"
    DRAFT_OUTCOME = "draft_outcome"
    SNAPSHOT_READ = "snapshot_read"
    STAGED = "staged"
    READY = "ready"
    BEFORE_INTENT = "before_intent"
    AFTER_INTENT = "after_intent"
    MID_REQUEST = "mid_request"
    AFTER_REPLY = "after_reply"
    AFTER_OUTCOME = "after_outcome"
    POLL_REPLY = "poll_reply"
    POLL_OUTCOME = "poll_outcome"
    LOOK_REPLY = "look_reply"
    LOOK_OUTCOME = "look_outcome"
    SWEEP_REPLY = "sweep_reply"
    SWEEP_OUTCOME = "sweep_outcome"
    REMOVAL_INTENT = "removal_intent"
    REMOVAL_REPLY = "removal_reply"
    REMOVAL_OUTCOME = "removal_outcome"


def passing(point: Point) -> None:
    """Pass a place."""
    faults.point(point.value)
