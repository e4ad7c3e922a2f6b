"""The package's types in one place: what other packages import."""

from guanhao.rulebook.accounts import NumberScheme, Transition
from guanhao.rulebook.book import RuleArticle, Rulebook
from guanhao.rulebook.checkrules import CHECK_RULES, CheckParams
from guanhao.rulebook.clauses import (
    AnyClause,
    Check,
    ChecklistItem,
    Clause,
    Duty,
    Limit,
    Mark,
    Prize,
    Record,
    Route,
    RouteStep,
    Tally,
    Watch,
)
from guanhao.rulebook.parties import (
    AccountKind,
    CalendarRules,
    ContentClass,
    Document,
    Form,
    FormField,
    Function,
    InstitutionNames,
    KnownAccount,
    Named,
    PartyKind,
    Platform,
    Role,
    Term,
)
from guanhao.rulebook.problems import Problem, RulebookError
from guanhao.rulebook.selectors import Facts, Selector
from guanhao.rulebook.timing import CalendarPoint, Deadline, Direction, MonthDay, Span, TimeSpan, Unit
from guanhao.rulebook.vocabulary import (
    Act,
    ClauseKind,
    Consequence,
    Day,
    Effect,
    Force,
    Happening,
    LifeState,
    LimitSubject,
    Otherwise,
    Particular,
    Period,
    Quorum,
    RoleOf,
    Scope,
    Sign,
    Stage,
    StepAct,
    Task,
)

__all__ = [
    "CHECK_RULES", "AccountKind", "Act", "AnyClause", "CalendarPoint", "CalendarRules", "Check",
    "CheckParams", "ChecklistItem", "Clause", "ClauseKind", "Consequence", "ContentClass", "Day",
    "Deadline", "Direction", "Document", "Duty", "Effect", "Facts", "Force", "Form", "FormField",
    "Function", "Happening", "InstitutionNames", "KnownAccount", "LifeState", "Limit", "LimitSubject",
    "Mark", "MonthDay", "Named", "NumberScheme", "Otherwise", "Particular", "PartyKind", "Period",
    "Platform", "Prize", "Problem", "Quorum", "Record", "Role", "RoleOf", "Route", "RouteStep",
    "RuleArticle", "Rulebook", "RulebookError", "Scope", "Selector", "Sign", "Span", "Stage", "StepAct",
    "Tally", "Task", "Term", "TimeSpan", "Transition", "Unit", "Watch",
]  # fmt: skip
