"""The one table: what follows from which event. The only place that knows everything (architecture §2).

A name, once used, stays: it is half of the key that makes drawing idempotent.
"""

from __future__ import annotations

from guanhao.ledger.types import Action
from guanhao.process import (
    connecting,
    consenting,
    custody,
    digesting,
    directory,
    dunning,
    facing,
    guarding,
    handing,
    inspecting,
    owing,
    publishing,
    registering,
    removing,
    retaining,
    reviewing,
    sighted,
    staffing,
    thanking,
    timely,
    upkeep,
)
from guanhao.process.deeds import MEETS, TAKES_BACK
from guanhao.process.happenings import OPENS
from guanhao.process.types import Consequence

_ALL_STOPPED = (Consequence("publish.all_stopped", publishing.tell_all_stopped),)
_CODE = (Consequence("directory.code", directory.read_code),)
_CONSENT = (Consequence("consent.told", consenting.tell_withdrawn),)
_CUSTODY = (Consequence("custody.keepers", custody.tell_keepers),)
_DECIDERS = (Consequence("review.ask", reviewing.ask_deciders),)
_DISCLOSED = (Consequence("disclosure.told", guarding.tell_disclosure),)
_FACE = (Consequence("register.face", facing.tell_face),)
_INSPECTED = (Consequence("inspection.result", inspecting.tell_result),)
_OUTCOME = (Consequence("review.outcome", reviewing.tell_outcome),)
_PERSONAL = (Consequence("personal.request", guarding.tell_request),)
_TECHNICAL = (Consequence("upkeep.technical", upkeep.tell_technical_duty),)
_REMOVAL = (Consequence("institution.removal", removing.tell_removal),)
_RETENTION = (Consequence("retention.period", retaining.tell_period),)
_QUEUE = (Consequence("upkeep.queue", timely.tell_queue),)
_STAFFING = (Consequence("review.staffing", staffing.reconsider_waiting),)
_WITHDRAWAL = (Consequence("publish.withdrawal", publishing.tell_withdrawal),)

_OPEN = (Consequence("duty.open", owing.open_duties),)
_MEET = (Consequence("duty.meet", owing.meet_duties),)
_DROP = (Consequence("duty.drop", owing.drop_duties),)
_REOPEN = (Consequence("duty.reopen", owing.reopen_duties),)
_REDATE = (Consequence("duty.redate", owing.redate_duties),)

_TOLD: dict[Action, tuple[Consequence, ...]] = {
    Action.ACCOUNT_CHANGED: _CODE,
    Action.ACCOUNT_CONNECTION_ENDED: (Consequence("connection.ended", connecting.tell_ended),),
    Action.ACCOUNT_CONNECTION_ENDING: (Consequence("connection.ending", connecting.tell_ending),),
    Action.ACCOUNT_CONNECTION_FAILED: (
        Consequence("publish.connection_failed", publishing.tell_connection_failed),
    ),
    Action.ACCOUNT_CREATED: _CODE,
    Action.ACCOUNT_FOUND_SILENT: (Consequence("register.silent", registering.tell_silent),),
    Action.APPOINTMENT_ENDED: _STAFFING,
    Action.ARTICLE_AUTHORISATION_ADDED: (Consequence("review.authorised", reviewing.tell_authorised),),
    Action.ARTICLE_AUTHORISED: (Consequence("review.authorised", reviewing.tell_authorised),),
    Action.ARTICLE_PUBLISHED: (
        Consequence("publish.published", publishing.tell_published),
        Consequence("consent.late", consenting.open_late),
    ),
    Action.ARTICLE_SUBMITTED: (Consequence("thanks", thanking.thank),),
    Action.CALENDAR_DAY_REMOVED: _REDATE,
    Action.CALENDAR_DAY_SET: _REDATE,
    Action.CALENDAR_TERM_SET: _REDATE,
    Action.CASE_APPROVED: _OUTCOME,
    Action.CASE_DECIDED: (Consequence("review.sent_back", reviewing.tell_decided),),
    Action.CASE_REJECTED: _OUTCOME,
    Action.CASE_REOPENED: _OUTCOME,
    Action.CASE_RETURNED: _OUTCOME,
    Action.CASE_STEP_DUE_SOON: _DECIDERS,
    Action.CASE_STEP_OPENED: _DECIDERS,
    Action.CASE_STEP_OVERDUE: _DECIDERS,
    Action.CASE_WITHDRAWN: _OUTCOME,
    Action.CLOCK_JUMPED: _TECHNICAL,
    Action.CONSENT_ASKED: (Consequence("consent.asked", consenting.tell_asked),),
    Action.CONSENT_TASK_OPENED: _CONSENT,
    Action.CONSENT_TASK_OVERDUE: _CONSENT,
    Action.CONSENT_WITHDRAWN: _CONSENT,
    Action.CREDENTIAL_EXPOSED: _CUSTODY,
    Action.CREDENTIAL_LEAKED: _CUSTODY,
    Action.CREDENTIAL_REVEAL_REFUSED: _CUSTODY,
    Action.DELEGATION_GIVEN: (Consequence("review.deputy", reviewing.tell_deputy),),
    Action.DISCLOSURE_DECLINED: _DISCLOSED,
    Action.DISCLOSURE_MADE: _DISCLOSED,
    Action.DISCLOSURE_PREPARED: _DISCLOSED,
    Action.DUTY_DIGEST: (Consequence("duty.digest", digesting.tell_digest),),
    Action.DUTY_ESCALATED: (Consequence("duty.escalated", dunning.tell_escalated),),
    Action.DUTY_MET: (Consequence("duty.ended", dunning.tell_ended),),
    Action.DUTY_MISSED: (Consequence("duty.missed", dunning.tell_missed),),
    Action.DUTY_OPENED: (Consequence("duty.opened", dunning.tell_opened),),
    Action.DUTY_OVERDUE: (Consequence("duty.overdue", dunning.tell_owing),),
    Action.DUTY_REOPENED: (Consequence("duty.reopened", dunning.tell_owing),),
    Action.DUTY_REMINDED: (Consequence("duty.reminded", dunning.tell_owing),),
    Action.DUTY_WAIVED: (Consequence("duty.ended", dunning.tell_ended),),
    Action.EMERGENCY_AGREED: _CUSTODY,
    Action.EMERGENCY_ASKED: _CUSTODY,
    Action.EMERGENCY_DECLINED: _CUSTODY,
    Action.EMERGENCY_ENDED: _CUSTODY,
    Action.EMERGENCY_GRANTED: _CUSTODY,
    Action.HANDOVER_BEGUN: (Consequence("handover.begun", handing.tell_begun),),
    Action.HANDOVER_DONE: (Consequence("handover.done", handing.tell_done),),
    Action.HANDOVER_DROPPED: (Consequence("handover.dropped", handing.tell_dropped),),
    Action.HANDOVER_HEIR_NAMED: (Consequence("handover.named", handing.tell_named),),
    Action.HANDOVER_SIGNED: (Consequence("handover.signed", handing.tell_signed),),
    Action.INCIDENT_OPENED: (Consequence("incident.opened", guarding.tell_opened),),
    Action.INCIDENT_REPORT_DUE_SOON: (Consequence("incident.due_soon", guarding.tell_due),),
    Action.INCIDENT_REPORT_OVERDUE: (Consequence("incident.overdue", guarding.tell_due),),
    Action.INSTANCE_HELD: _TECHNICAL,
    Action.INSTITUTION_REMOVAL_ASKED: _REMOVAL,
    Action.INSTITUTION_REMOVAL_CANCELLED: _REMOVAL,
    Action.INSTITUTION_REMOVAL_CONFIRMED: _REMOVAL,
    Action.INSPECTION_ABSENT: _INSPECTED,
    Action.INSPECTION_DUE_SOON: (Consequence("inspection.due_soon", inspecting.tell_opened),),
    Action.INSPECTION_FAILED: _INSPECTED,
    Action.INSPECTION_OPENED: (Consequence("inspection.opened", inspecting.tell_opened),),
    Action.INSPECTION_ORDERED: _INSPECTED,
    Action.INSPECTION_PUBLISHED: (Consequence("inspection.published", inspecting.tell_published),),
    Action.INSPECTION_RECTIFY: _INSPECTED,
    Action.MENU_CHANGED: _FACE,
    Action.MENU_DRIFTED: _FACE,
    Action.MENU_RESTORED: _FACE,
    Action.MENU_UPDATED: _FACE,
    Action.PROFILE_CHANGED: _FACE,
    Action.PROFILE_DRIFTED: _FACE,
    Action.PROFILE_RESTORED: _FACE,
    Action.PROFILE_UPDATED: _FACE,
    Action.JOB_ASKED: (Consequence("publish.ask", publishing.ask_publishers),),
    Action.JOB_ASK_ANSWERED: (Consequence("publish.second", publishing.ask_second),),
    Action.JOB_LOOKED: (Consequence("publish.differs", publishing.tell_differs),),
    Action.JOB_PUBLISHED: (Consequence("register.last_published", registering.keep_last_published),),
    Action.JOB_REJECTED: (Consequence("publish.ended", publishing.tell_ended),),
    Action.JOB_REMINDED: (Consequence("publish.remind", timely.tell_reminded),),
    Action.JOB_REMOVED: (Consequence("publish.ended", publishing.tell_ended),),
    Action.JOB_WAITING_CONFIRM: (Consequence("publish.confirm", publishing.tell_waiting_confirm),),
    Action.PERSON_LEFT: _STAFFING,
    Action.PERSONAL_REQUEST_ANSWERED: (Consequence("personal.answered", guarding.tell_answered),),
    Action.PERSONAL_REQUEST_ASKED: _PERSONAL,
    Action.PERSONAL_REQUEST_DUE_SOON: _PERSONAL,
    Action.PERSONAL_REQUEST_OVERDUE: _PERSONAL,
    Action.QUEUE_SERVED: _QUEUE,
    Action.QUEUE_UNSERVED: _QUEUE,
    Action.RETENTION_AGREED: _RETENTION,
    Action.RETENTION_ASKED: _RETENTION,
    Action.ROW_SET_ASIDE: _TECHNICAL,
    Action.SIGHTING_REPORTED: (Consequence("directory.reported", directory.tell_reported),),
    Action.SIGHTING_DECIDED: (Consequence("sighting.case", sighted.open_case),),
    Action.STOP_ALL_IMPOSED: _ALL_STOPPED,
    Action.STOP_ALL_LIFTED: _ALL_STOPPED,
    Action.STOP_ALL_LIFT_ASKED: _ALL_STOPPED,
    Action.STOP_IMPOSED: (Consequence("publish.stopped", publishing.tell_stopped),),
    Action.STOP_LIFT_ASKED: (Consequence("publish.stopped", publishing.tell_stopped),),
    Action.WITHDRAWAL_ASKED: _WITHDRAWAL,
    Action.WITHDRAWAL_BY_HAND: _WITHDRAWAL,
    Action.WITHDRAWAL_DONE: (*_WITHDRAWAL, Consequence("consent.removed", consenting.settle_removed)),
    Action.WITHDRAWAL_ORDERED: _WITHDRAWAL,
}

_ENDS = frozenset(
    {Action.ACCOUNT_CLOSED, Action.ARTICLE_REJECTED, Action.ARTICLE_WITHDRAWN, Action.PERSON_LEFT}
)

# What an event meets is settled before what it opens: leaving a post and being given another is one event each.
CONSEQUENCES: dict[Action, tuple[Consequence, ...]] = {
    action: (
        *_TOLD.get(action, ()),
        *(_MEET if action in MEETS else ()),
        *(_REOPEN if action in TAKES_BACK else ()),
        *(_DROP if action in _ENDS else ()),
        *(_OPEN if action in OPENS else ()),
    )
    for action in sorted({*_TOLD, *MEETS, *OPENS, *_ENDS, *TAKES_BACK})
}
