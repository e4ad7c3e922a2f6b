"""Changes of articles: one function each, one transaction, a guard, the change, one event."""

from guanhao.contents.attaching import attach, settle_finding
from guanhao.contents.drafting import Details, SavedByOthers, create_article, offer_again, save_working
from guanhao.contents.marking import mark_classes, unmark_class
from guanhao.contents.reviewing import decide, follow_case, reconsider, submit, withdraw

__all__ = [
    "Details",
    "SavedByOthers",
    "attach",
    "create_article",
    "decide",
    "follow_case",
    "mark_classes",
    "offer_again",
    "reconsider",
    "save_working",
    "settle_finding",
    "submit",
    "unmark_class",
    "withdraw",
]
