"""The classes of what screening finds, as people read them, in the order they are shown."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanhao.screening.hits import HitClass

OTHER = ""
CLASS_WORDS: dict[str, str | Promise] = {
    HitClass.TERMS: _("词库词语"),
    HitClass.PERSONAL: _("个人信息"),
    HitClass.SECRECY: _("保密"),
    HitClass.TYPOS: _("错别字"),
    HitClass.NAMES: _("人名、职务和单位"),
    HitClass.FIGURES: _("日期和数字"),
    HitClass.WORDING: _("用语和标点"),
    HitClass.LINKS: _("链接"),
    OTHER: _("稿件要求"),
}


def class_word(key: str) -> str:
    """A class as people read it."""
    return str(CLASS_WORDS.get(key, key))
