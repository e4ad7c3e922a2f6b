"""Changes of applications: one function each, one transaction, a guard, the change, one event."""

from guanhao.applications.drafting import SavedByOthers, authorisation, begin, save
from guanhao.applications.noticing import notice
from guanhao.applications.ordering import order_closure
from guanhao.applications.reviewing import decide, follow_case, reconsider, submit, withdraw

__all__ = [
    "SavedByOthers",
    "authorisation",
    "begin",
    "decide",
    "follow_case",
    "notice",
    "order_closure",
    "reconsider",
    "save",
    "submit",
    "withdraw",
]
