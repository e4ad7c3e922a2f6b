"""Kinds of platform, as data: what exists, what each calls its ids, which particulars it needs, which publish by API.

The catalogue in `data/platforms.yaml` is everybody's; a rulebook's `platforms` and `account_kinds` add to it and override it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from guanhao.core.text import Text
from guanhao.people.models import Institution
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.catalogue import entries
from guanhao.rulebook.types import Named, Particular, Platform, Rulebook

_DATA = Path(__file__).parent / "data"
_BY_HAND = "manual"


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Platform]:
    """What the software knows by itself. Read once per process."""
    file = _DATA / "platforms.yaml"
    return entries(file.read_text(encoding="utf-8"), file.name, Platform)


def platforms(rulebook: Rulebook | None) -> Mapping[str, Platform]:
    """All kinds of platform there are for an institution: its rulebook's first, in its words, then the catalogue's."""
    known = catalogue()
    if rulebook is None:
        return known
    ours = {key: _completed(word, rulebook) for key, word in rulebook.platforms.items()}
    return {**ours, **{key: word for key, word in known.items() if key not in ours}}


def platforms_of(institution: Institution) -> Mapping[str, Platform]:
    """As `platforms`, by the rulebook in force."""
    try:
        return platforms(in_force(institution).rulebook)
    except NoRulebook:
        return catalogue()


def _completed(word: Platform, rulebook: Rulebook) -> Platform:
    base = catalogue().get(word.key, word)
    own = {
        key: Named(key=key, title=kind.title)
        for key, kind in rulebook.account_kinds.items()
        if kind.platform == word.key
    }
    return replace(
        word,
        handle=word.handle or base.handle,
        needs=word.needs or base.needs,
        wants=word.wants or base.wants,
        kinds=own or word.kinds or base.kinds,
        historical=word.historical or base.historical,
    )


def publishes_by_api(platform: Platform) -> bool:
    """Whether there is a client that speaks to it; without one people publish by hand."""
    return platform.adapter != _BY_HAND


def title_of(key: str, known: Mapping[str, Platform]) -> Text:
    """A platform's name; its key where nobody knows it any more."""
    word = known.get(key)
    return word.title if word else Text(zh=key, en=key)


def handle_title(platform: Platform | None) -> Text:
    """What the platform calls the id of an account."""
    return (platform.handle if platform else None) or Text(zh="账号标识", en="Account id")


def lacking(account: Account, wanted: tuple[Particular, ...]) -> tuple[Particular, ...]:
    """Which of these particulars the register does not know of the account yet."""
    return tuple(one for one in wanted if not _known(account, one))


def _known(account: Account, particular: Particular) -> bool:
    if particular is Particular.OPERATORS:
        return account.operators.serving().exists()
    if particular is Particular.SUPERVISING_LEADER:
        return account.supervising_leader_id is not None
    return bool(getattr(account, particular.value))
