"""The closed words of the grammar: what the engine can be asked to do, by name.

Institutions' own words (posts, units, classes, categories) are open and come from the file. The words here are closed
because each needs behaviour behind it; an unknown one is a fault of the file, never silently ignored.
"""

from enum import Enum, StrEnum


class ClauseKind(StrEnum):
    """The six kinds of clause and the record (architecture §1)."""

    ROUTE = "route"
    CHECK = "check"
    LIMIT = "limit"
    DUTY = "duty"
    TALLY = "tally"
    WATCH = "watch"
    RECORD = "record"


class KnownFunction(StrEnum):
    """The functions the engine itself gives permissions to; a rulebook may declare any others for its routes.

    Every rulebook names who carries the first: without it nobody would see the articles that wait or plan a push.
    """

    COMPETENT_OFFICE = "competent_office"
    TECHNICAL_UNIT = "technical_unit"
    DISCIPLINE = "discipline"


class KnownPost(StrEnum):
    """The posts whose change of hands is a happening (`head.changed` …); a rulebook's own posts may stand for them."""

    HEAD = "head"
    LEADER = "supervising_leader"
    OPERATOR = "operator"


class Force(StrEnum):
    """How hard a clause binds: what a regulation *must* have blocks, what it *should* have warns, what it *may* hints."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"


class Stage(StrEnum):
    """When a check is asked: on handing in, before a decision, on taking a place, just before sending."""

    SUBMIT = "submit"
    REVIEW = "review"
    SCHEDULE = "schedule"
    SEND = "send"


class Act(StrEnum):
    """What a route decides."""

    RELEASE = "release"
    OPEN_ACCOUNT = "open_account"
    REGISTER_ACCOUNT = "register_account"
    CHANGE_PERSONS = "change_persons"
    CHANGE_PARTICULARS = "change_particulars"
    CLOSE_ACCOUNT = "close_account"
    CHANGE_MENU = "change_menu"
    CHANGE_PROFILE = "change_profile"
    ANNUAL_INSPECTION = "annual_inspection"
    AUTHORISE = "authorise"
    HANDLE_UNAUTHORISED_ACCOUNT = "handle_unauthorised_account"
    HANDLE_IMPOSTOR = "handle_impostor"
    HANDLE_INCIDENT = "handle_incident"
    HANDLE_COMMENT = "handle_comment"
    DISCLOSE = "disclose"
    SANCTION = "sanction"
    AWARD = "award"
    ASSESS = "assess"


class StepAct(StrEnum):
    """What the person of a step does."""

    REVIEW = "review"
    CONSENT = "consent"
    SIGN = "sign"
    SEAL = "seal"
    REGISTER = "register"
    PROOFREAD = "proofread"
    TAKE_NOTE = "take_note"
    JOINT_OPINION = "joint_opinion"
    CARRY_OUT = "carry_out"


class Quorum(StrEnum):
    """Whether one holder of the step's role is enough or each of them decides."""

    ANY = "any"
    ALL = "all"


class RoleOf(StrEnum):
    """Whose unit a role is looked for in."""

    OWNER = "owner"  # the unit whose matter it is: the article's provider, the account's applicant
    PUBLISHER = "publisher"  # the unit whose account it goes out on
    PARENT_OF_OWNER = "parent_of_owner"
    FUNCTION = "function"  # a fixed unit, named under functions
    INSTITUTION = "institution"
    SUBJECT = "subject"  # the person the matter is about: contributor, holder


class Scope(StrEnum):
    """What a limit or a tally counts over."""

    INSTITUTION = "institution"
    UNIT = "unit"
    ACCOUNT = "account"
    PLATFORM = "platform"
    COLUMN = "column"
    CATEGORY = "category"
    PERSON = "person"
    ARTICLE = "article"
    PUSH = "push"


class Period(StrEnum):
    """How often a duty returns or a count begins again."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Happening(StrEnum):
    """What duties and deadlines are anchored on and tallies count: facts the ledger records."""

    ARTICLE_SUBMITTED = "article.submitted"
    ARTICLE_RETURNED = "article.returned"
    ARTICLE_ACCEPTED = "article.accepted"
    ARTICLE_PUBLISHED = "article.published"
    ERROR_FOUND = "error.found"
    PUSH_DUE = "push.due"
    PUSH_SENT = "push.sent"
    FLAGSHIP_PUBLISHED = "flagship.published"
    ACCOUNT_OPENED = "account.opened"
    ACCOUNT_DISUSED = "account.disused"
    ACCOUNT_CLOSED = "account.closed"
    HOLDER_CHANGED = "holder.changed"
    HEAD_CHANGED = "head.changed"
    LEADER_CHANGED = "leader.changed"
    OPERATOR_CHANGED = "operator.changed"
    CREDENTIAL_LEAKED = "credential.leaked"
    MENU_APPROVED = "menu.approved"
    MENU_DRIFTED = "menu.drifted"
    PROFILE_DRIFTED = "profile.drifted"
    INSPECTION_FAILED = "inspection.failed"
    SYSTEM_ERROR_REPORTED = "system_error.reported"
    ABUSE_REPORTED = "abuse.reported"
    QUESTION_ASKED = "question.asked"
    VIOLATION_FOUND = "violation.found"
    IMPOSTOR_CONFIRMED = "impostor.confirmed"
    DUTY_OVERDUE = "duty.overdue"
    CASE_OPENED = "case.opened"
    CASE_APPROVED = "case.approved"
    STEP_REACHED = "step.reached"
    TERM_ENDED = "term.ended"


class Task(StrEnum):
    """What a duty asks for."""

    PUSH = "push"
    PLAN_WEEK = "plan_week"
    SUPPLY_ARTICLES = "supply_articles"
    PREPARE_COPY = "prepare_copy"
    VERIFY_ACCOUNT = "verify_account"
    ROTATE_CREDENTIAL = "rotate_credential"
    FILE_PERSONS = "file_persons"
    FILE_CLOSURE = "file_closure"
    CLOSE_ACCOUNT = "close_account"
    NAME_PERSON = "name_person"
    FILE_RULES = "file_rules"
    REGISTER_AGAIN = "register_again"
    INSPECT = "inspect"
    MONITOR = "monitor"
    REPORT = "report"
    FORWARD = "forward"
    HANDLE = "handle"
    REPLY = "reply"
    REPOST = "repost"
    FOLLOW = "follow"
    UPDATE_MENU = "update_menu"
    RESTORE_MENU = "restore_menu"
    RESTORE_PROFILE = "restore_profile"
    FIX_ERROR = "fix_error"
    THANK = "thank"
    TASK = "task"  # anything a person reports as done; says what in its title


class LimitSubject(StrEnum):
    """What a limit bounds."""

    CREDENTIAL_HOLDERS = "credential_holders"
    PROFILE_EDITORS = "profile_editors"
    RESPONSIBLE_PERSONS = "responsible_persons"
    OPERATORS = "operators"
    ACCOUNTS = "accounts"
    PUSHES = "pushes"
    CREDENTIAL_REVEALS = "credential_reveals"


class Sign(StrEnum):
    """What a watch looks for."""

    NAME_MATCH = "name_match"
    UNREGISTERED_ACCOUNT = "unregistered_account"
    IMPOSTOR = "impostor"
    DORMANCY = "dormancy"
    PROFILE_DRIFT = "profile_drift"
    MENU_DRIFT = "menu_drift"
    CONTENT_AFTER_RELEASE = "content_after_release"
    VIOLATION = "violation"
    UNLAWFUL_COMMENT = "unlawful_comment"
    UNLAWFUL_REPOST = "unlawful_repost"
    USER_ACTIVITY = "user_activity"


class InspectionResult(StrEnum):
    """What an annual inspection comes to."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"  # no report came


class Absence(StrEnum):
    """What it means that a report, or the mending of what was found, did not come in time."""

    UNCONFIRMED = "unconfirmed"  # the account shows as not inspected until it is
    FAILED = "failed"  # as if it had been inspected and failed


class FailureMeans(StrEnum):
    """What follows from a failed inspection."""

    ORDER_CLOSURE = "order_closure"
    RECORDED = "recorded"


class Veto(StrEnum):
    """A fact of the year that alone keeps an account from passing its inspection."""

    NO_RESPONSIBLE_PERSON = "no_responsible_person"
    NO_OPERATOR = "no_operator"
    NO_PUSH = "no_push"
    UNVERIFIED = "unverified"
    CHANGE_NOT_FILED = "change_not_filed"
    DUTY_OVERDUE = "duty_overdue"


class Consequence(StrEnum):
    """What follows when a count reaches or misses a mark."""

    REMIND = "remind"
    WARN = "warn"
    REPORT = "report"
    REPORT_AND_TALK = "report_and_talk"
    CRITICISE = "criticise"
    CERTIFICATE = "certificate"
    COMMEND = "commend"
    LOWER_SHARE = "lower_share"
    RAISE_SHARE = "raise_share"
    ORDER_CLOSURE = "order_closure"


class PersonalDataKind(StrEnum):
    """Kinds of personal data the text check can find."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    EMAIL = "email"
    ADDRESS = "address"
    LANDLINE = "landline"
    PASSPORT = "passport"
    PLATE = "plate"
    STUDENT_NUMBER = "student_number"
    NAMED_NUMBER = "named_number"


class Doubt(StrEnum):
    """What proofreading tells beside what is certain: nothing, what is likely wrong, also what is only doubtful."""

    NONE = "none"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Day(StrEnum):
    """A day of the week, or what the working-day calendar makes of a date."""

    WORKDAY = "workday"
    RESTDAY = "restday"
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Otherwise(StrEnum):
    """What holds on days a window does not name."""

    FREE = "free"
    CLOSED = "closed"


class LifeState(StrEnum):
    """Where an account stands between being applied for and being gone (architecture §1, 7).

    What may be true in several of them is no state: verified or not, dormant or not, inspected or not (see `Effect`).
    """

    APPLIED = "applied"
    REFUSED = "refused"
    APPROVED = "approved"  # approved, not yet filed
    ACTIVE = "active"  # filed and in use
    SUSPENDED = "suspended"  # may not publish for now
    CLOSING = "closing"  # still bound by cadence, so it still publishes
    CLOSED = "closed"  # closed with notice
    DEREGISTERED = "deregistered"  # taken off the platform, with proof


class Effect(StrEnum):
    """What a step in an account's life brings with it."""

    ISSUE_NUMBER = "issue_number"
    FILE = "file"  # the particulars as they stand are what was filed
    VERIFY = "verify"
    WITHDRAW_VERIFICATION = "withdraw_verification"
    REST = "rest"  # dormant from now on
    WAKE = "wake"
    MISS_INSPECTION = "miss_inspection"
    INSPECTED = "inspected"
    END_OPERATORS = "end_operators"


class Particular(StrEnum):
    """What the register can say of an account beyond name, owner and first responsible person."""

    HANDLE = "handle"
    ADDRESS = "address"
    KIND = "kind"
    SUPERVISING_LEADER = "supervising_leader"
    MANAGER = "manager"
    OPERATORS = "operators"
    BOUND_ADMINISTRATOR = "bound_administrator"
    VERIFIED = "verified"
    OPENED_ON = "opened_on"
    PURPOSE = "purpose"
    AUDIENCE = "audience"
    QR = "qr"
    AVATAR = "avatar"


class FieldType(StrEnum):
    """What a form field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    PERSON = "person"
    PHONE = "phone"
    ACCOUNT = "account"
    OPINION = "opinion"
    SEAL = "seal"
    FILING_NUMBER = "filing_number"


class FilledBy(StrEnum):
    """Who fills a form field."""

    APPLICANT = "applicant"
    REVIEWER = "reviewer"
    OFFICE = "office"


class Meaning(StrEnum):
    """What of an account, or of the application itself, a form's field says; the engine fills in or carries out by it."""

    UNIT = "unit"
    PLATFORM = "platform"
    KIND = "kind"
    NAME = "name"
    HANDLE = "handle"
    ADDRESS = "address"
    OPENED_ON = "opened_on"
    FIRST_RESPONSIBLE = "first_responsible"
    OPERATOR = "operator"
    PHONE = "phone"
    PURPOSE = "purpose"
    BEFORE = "before"
    AFTER = "after"
    REASON = "reason"
    CLOSES_ON = "closes_on"
    APPLICANT = "applicant"
    APPLIED_ON = "applied_on"
    # What an authorisation is asked for.
    ARTICLE = "article"
    CONTENT_CLASSES = "content_classes"
    # What the year's record says, on forms of annual inspections.
    YEAR = "year"
    ITEMS = "items"
    PUSHES = "pushes"
    LAST_PUSH = "last_push"
    ERRORS = "errors"
    PERSON_CHANGES = "person_changes"


def words(enum: type[Enum]) -> tuple[str, ...]:
    """The values of an enum in the order they are declared."""
    return tuple(str(member.value) for member in enum)
