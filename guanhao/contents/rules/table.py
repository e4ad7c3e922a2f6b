"""Which function answers for which check rule. What is listed here is enforced, and says so to the coverage page."""

from __future__ import annotations

from guanhao.contents.rules import authority, consent, timing, words, writing
from guanhao.contents.rules.matter import Rule
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.vocabulary import ClauseKind

RULES: dict[str, Rule] = {
    "approved": authority.approved,
    "authorisation": authority.authorisation,
    "body_length": writing.body_length,
    "category_by_day": writing.category_by_day,
    "category_required": writing.category_required,
    "checklist_complete": authority.checklist_complete,
    "consents": consent.consents,
    "copy_ready": timing.copy_ready,
    "credits": writing.credits_named,
    "figures": words.figures,
    "hidden_characters": words.hidden_characters,
    "lead_time": timing.lead_time,
    "link_hosts": writing.link_hosts,
    "links": words.links,
    "names_and_titles": words.names_and_titles,
    "personal_data": words.personal_data,
    "pictures": writing.pictures,
    "planned": timing.planned,
    "published_by": authority.published_by,
    "registered_account": authority.registered_account,
    "secrecy_confirmation": authority.secrecy_confirmation,
    "secrecy_markings": words.secrecy_markings,
    "source_stated": writing.source_stated,
    "terms": words.terms,
    "title_length": writing.title_length,
    "title_wording": words.title_wording,
    "typos": words.typos,
    "window": timing.window,
    "wording": words.wording,
}

# Those that read words; any text can be asked them, an article or not.
READING = frozenset(
    {
        "figures",
        "hidden_characters",
        "links",
        "names_and_titles",
        "personal_data",
        "secrecy_markings",
        "terms",
        "title_wording",
        "typos",
        "wording",
    }
)

for _rule in RULES:
    enforces(ClauseKind.CHECK, _rule)
