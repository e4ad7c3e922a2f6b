"""Words of the ledger: what can happen, and to what.

The vocabulary is closed (anchors rule 11): an action that is not listed here cannot be recorded, so a misspelt
name fails where it is written and not on a history page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What happened, as ``area.happening`` in the past tense. Alphabetical; members are added, never renamed.

    Packages add the members they record. A value that was written to a log keeps its meaning for ever.
    """

    ACCESS_REFUSED = "access.refused"
    ACCOUNT_CALLBACK_CHANGED = "account.callback_changed"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_CONNECTED = "account.connected"
    ACCOUNT_CONNECTION_ENDED = "account.connection_ended"
    ACCOUNT_CONNECTION_ENDING = "account.connection_ending"
    ACCOUNT_CONNECTION_FAILED = "account.connection_failed"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_HOLDER_ADDED = "account.holder_added"
    ACCOUNT_HOLDER_REMOVED = "account.holder_removed"
    ACCOUNT_SECRET_RETIRED = "account.secret_retired"  # noqa: S105 - a word, not a secret.
    ACCOUNT_SECRET_SET = "account.secret_set"  # noqa: S105 - a word, not a secret.
    ACCOUNT_TESTED = "account.tested"
    APPOINTMENT_BEGUN = "appointment.begun"
    APPOINTMENT_ENDED = "appointment.ended"
    ARTICLE_APPROVED = "article.approved"
    ARTICLE_ATTACHED = "article.attached"
    ARTICLE_AUTHORISATION_ADDED = "article.authorisation_added"
    ARTICLE_CHECKED = "article.checked"
    ARTICLE_CLASS_ADDED = "article.class_added"
    ARTICLE_CLASS_REMOVED = "article.class_removed"
    ARTICLE_CREATED = "article.created"
    ARTICLE_FINDING_SETTLED = "article.finding_settled"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_REJECTED = "article.rejected"
    ARTICLE_RETURNED = "article.returned"
    ARTICLE_SAVED = "article.saved"
    ARTICLE_SUBMITTED = "article.submitted"
    ARTICLE_WITHDRAWN = "article.withdrawn"
    ASSET_STORED = "asset.stored"
    CALENDAR_DAY_REMOVED = "calendar.day_removed"
    CALENDAR_DAY_SET = "calendar.day_set"
    CALENDAR_TERM_SET = "calendar.term_set"
    CAPABILITY_ENDED = "capability.ended"
    CAPABILITY_GRANTED = "capability.granted"
    CASE_APPROVED = "case.approved"
    CASE_CLASS_MARKED = "case.class_marked"
    CASE_CLASS_REMOVED = "case.class_removed"
    CASE_DECIDED = "case.decided"
    CASE_OPENED = "case.opened"
    CASE_REJECTED = "case.rejected"
    CASE_REOPENED = "case.reopened"
    CASE_RETURNED = "case.returned"
    CASE_STEP_DUE_SOON = "case.step_due_soon"
    CASE_STEP_OPENED = "case.step_opened"
    CASE_STEP_OVERDUE = "case.step_overdue"
    CASE_WITHDRAWN = "case.withdrawn"
    CLOCK_JUMPED = "clock.jumped"
    DELEGATION_GIVEN = "delegation.given"
    DELEGATION_REVOKED = "delegation.revoked"
    FORM_ISSUED = "form.issued"
    FORM_TEMPLATE_RETIRED = "form.template_retired"
    FORM_TEMPLATE_SET = "form.template_set"
    INSTITUTION_CHANGED = "institution.changed"
    INSTITUTION_CREATED = "institution.created"
    INSTANCE_HELD = "instance.held"
    INSTANCE_RELEASED = "instance.released"
    INSTANCE_RESTORED = "instance.restored"
    JOB_ACCEPTED = "job.accepted"
    JOB_ARMED = "job.armed"
    JOB_ASKED = "job.asked"
    JOB_ASK_ANSWERED = "job.ask_answered"
    JOB_ATTEMPTED = "job.attempted"
    JOB_CANCELLED = "job.cancelled"
    JOB_LOOKED = "job.looked"
    JOB_PLANNED = "job.planned"
    JOB_PUBLISHED = "job.published"
    JOB_REJECTED = "job.rejected"
    JOB_REMOVED = "job.removed"
    JOB_REPORTED_BY_HAND = "job.reported_by_hand"
    JOB_REMINDED = "job.reminded"
    JOB_RETRIED = "job.retried"
    JOB_STAGED = "job.staged"
    JOB_STAGING = "job.staging"
    JOB_LINKED = "job.linked"
    JOB_PREVIEWED = "job.previewed"
    JOB_PREVIEW_ASKED = "job.preview_asked"
    JOB_UNKNOWN = "job.unknown"
    JOB_WAITING_CONFIRM = "job.waiting_confirm"
    LEDGER_DETAIL_ERASED = "ledger.detail_erased"
    LEDGER_EXPORTED = "ledger.exported"
    LEDGER_READ = "ledger.read"
    LEDGER_VERIFIED = "ledger.verified"
    LEXICON_ALLOWED = "lexicon.allowed"
    LEXICON_DISALLOWED = "lexicon.disallowed"
    LEXICON_ENTRY_ADDED = "lexicon.entry_added"
    LEXICON_ENTRY_REMOVED = "lexicon.entry_removed"
    LEXICON_TERMS_REMOVED = "lexicon.terms_removed"
    LEXICON_TERMS_TAKEN = "lexicon.terms_taken"
    LIST_EXPORTED = "list.exported"
    PERSON_CHANGED = "person.changed"
    PERSON_CREATED = "person.created"
    PERSON_IMPORTED = "person.imported"
    PERSON_LEFT = "person.left"
    PERSON_SIGN_IN_GIVEN = "person.sign_in_given"
    PLATFORM_APP_SET = "platform_app.set"
    PUSH_CANCELLED = "push.cancelled"
    PUSH_CHANGED = "push.changed"
    PUSH_MOVED = "push.moved"
    PUSH_PLANNED = "push.planned"
    QUEUE_SERVED = "queue.served"
    QUEUE_UNSERVED = "queue.unserved"
    ROW_SET_ASIDE = "row.set_aside"
    RULEBOOK_ADOPTED = "rulebook.adopted"
    SESSION_ENDED = "session.ended"
    SESSION_SECOND_FACTOR_CHANGED = "session.second_factor_changed"
    SESSION_SIGNED_IN = "session.signed_in"
    SESSION_SIGNED_OUT = "session.signed_out"
    SESSION_SIGN_IN_FAILED = "session.sign_in_failed"
    STOP_IMPOSED = "stop.imposed"
    STOP_LIFTED = "stop.lifted"
    STOP_LIFT_ASKED = "stop.lift_asked"
    UNIT_CHANGED = "unit.changed"
    UNIT_CLOSED = "unit.closed"
    UNIT_CREATED = "unit.created"
    UNIT_FUNCTION_SET = "unit.function_set"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about.

    ``kind`` is a short noun of the glossary (``article``, ``case``, ``push``, ``job``, ``account``, ``person`` …),
    ``id`` its key as text, ``label`` how it is called now. The label may name people; it goes to the erasable side.
    """

    kind: str
    id: str
    label: str = ""
