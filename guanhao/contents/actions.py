"""Changes of articles: one function each, one transaction, a guard, the change, one event."""

from guanhao.contents.attaching import attach, settle_finding
from guanhao.contents.drafting import Details, SavedByOthers, create_article, offer_again, save_working
from guanhao.contents.errors import Error, confirm_finding, mark_error, withdraw_error
from guanhao.contents.handling import handle, take_back
from guanhao.contents.marking import mark_classes, unmark_class
from guanhao.contents.reviewing import decide, follow_case, reconsider, submit, withdraw

__all__ = [
    "Details",
    "Error",
    "SavedByOthers",
    "attach",
    "confirm_finding",
    "create_article",
    "decide",
    "follow_case",
    "handle",
    "mark_classes",
    "mark_error",
    "offer_again",
    "reconsider",
    "save_working",
    "settle_finding",
    "submit",
    "take_back",
    "unmark_class",
    "withdraw",
    "withdraw_error",
]
