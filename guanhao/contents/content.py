"""K1: everything that leaves us, as one frozen value with one canonical form and one hash.

Approvals, jobs and evidence point at the hash. Whatever readers see or that decides the audience is in here by value, so
any change of it is another hash and needs new decisions (AP2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from guanhao.contents.sanitise import ASSET_SOURCE, LINK, TooLong, sanitise
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused

SCHEMA = 1
ASSET_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PICTURE = re.compile(r"<img\b[^>]*>")
_MOST_CHARACTERS = {
    "title": 200, "author_line": 64, "digest_text": 500, "source": 200, "source_url": 1000, "account": 40,
}  # fmt: skip
_MOST_CREDIT = 60
_LATER = frozenset({"channel", "status"})


class BadContent(Refused):
    """A field of the content cannot be taken; ``field`` names it so that the form can point there."""

    def __init__(self, field_name: str, zh: str, en: str) -> None:
        super().__init__(Denied(Text(zh=zh, en=en)))
        self.field = field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """An article's content. Strings are normalised and ``body`` is sanitised when made through `Content.of`.

    ``author_line`` is the by-line the platform shows, ``digest_text`` the 摘要, ``cover`` the digest of a picture,
    ``source`` where the material comes from, ``source_url`` the 阅读原文 link, ``account`` the key of the account it is
    meant for (empty in a working copy), ``credits`` who did what by the rulebook's keys. ``channel`` is ``by_hand`` where
    it was decided to publish by hand; ``status`` is a microblog word for word, fixed at submission (`posting`).
    """

    title: str = ""
    author_line: str = ""
    digest_text: str = ""
    body: str = ""
    cover: str = ""
    credits: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    source_url: str = ""
    comments_open: bool = False
    comments_fans_only: bool = False
    account: str = ""
    channel: str = ""
    status: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read what a form, an import or the database gives.

        Raises:
            BadContent: an unknown field, a wrong type, or a value that is too long or no link.
        """
        for name in raw.keys() - {item.name for item in fields(cls)} - {"schema", "images"}:
            raise BadContent(name, f"不认识的字段“{name}”。", f"There is no field “{name}”.")
        return cls(
            **{
                name: _line(name, raw.get(name, "")) for name in ("title", "author_line", "source", "account")
            },
            digest_text=_line("digest_text", raw.get("digest_text", "")),
            body=_body(raw.get("body", "")),
            cover=_cover(raw.get("cover", "")),
            credits=_credits(raw.get("credits") or {}),
            source_url=_link(raw.get("source_url", "")),
            comments_open=raw.get("comments_open") is True,
            comments_fans_only=raw.get("comments_fans_only") is True,
            channel="by_hand" if raw.get("channel") == "by_hand" else "",
        )

    @property
    def images(self) -> tuple[str, ...]:
        """Digests of the pictures in the order readers meet them, the cover first; each once."""
        return tuple(
            dict.fromkeys([self.cover, *asset_digests(self.body)] if self.cover else asset_digests(self.body))
        )

    def to_json(self) -> dict[str, Any]:
        """The canonical form, plain JSON values; `Content.of` reads it back."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        # Fields that came later are left out while they are empty, so that older revisions keep their hash.
        values = {name: value for name, value in values.items() if value or name not in _LATER}
        return {"schema": SCHEMA, **values, "credits": dict(self.credits), "images": list(self.images)}

    @classmethod
    def stored(cls, value: Mapping[str, Any]) -> Self:
        """Read a stored canonical form exactly, so that an old revision keeps its hash when the sanitiser changes.

        What is shown or sent from it is sanitised again at that moment (CF1).
        """
        known = {item.name for item in fields(cls)}
        return cls(**{name: item for name, item in value.items() if name in known})

    def hash(self) -> str:
        """``sha256:…`` over the canonical form."""
        return digest(self.to_json())

    def meant_for(self, account_key: object) -> Self:
        """The same content with its audience fixed."""
        return replace(self, account=str(account_key))


def asset_digests(body: str) -> tuple[str, ...]:
    """Digests of the pictures placed in a body, in order, repeats included."""
    return tuple(match[0].removeprefix("asset:") for match in ASSET_SOURCE.finditer(body))


def place_assets(body: str, address_of: Callable[[str], str]) -> str:
    """The body with each placeholder replaced by the address of its picture (a page's link, a platform's URL)."""
    return ASSET_SOURCE.sub(lambda match: address_of(match[0].removeprefix("asset:")), body)


def picture_tags(body: str) -> Iterable[str]:
    """The ``<img …>`` tags of a sanitised body, in order."""
    return (match[0] for match in _PICTURE.finditer(body))


def _line(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadContent(name, "应为文字。", "This must be text.")
    text = " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", value)).split())
    most = _MOST_CHARACTERS[name]
    if len(text) > most:
        raise BadContent(name, f"不能超过 {most} 个字。", f"At most {most} characters.")
    return text


def _body(value: object) -> str:
    if not isinstance(value, str):
        raise BadContent("body", "应为文字。", "This must be text.")
    try:
        return sanitise(unicodedata.normalize("NFC", value)).strip()
    except TooLong:
        raise BadContent(
            "body", "正文超过 1 MB，平台不接受。", "The body exceeds 1 MB; no platform takes it."
        ) from None


def _cover(value: object) -> str:
    if value and not (isinstance(value, str) and ASSET_DIGEST.fullmatch(value)):
        raise BadContent("cover", "封面不是已上传的图片。", "The cover is not an uploaded picture.")
    return str(value or "")


def _link(value: object) -> str:
    text = _line("source_url", value)
    if text and not LINK.fullmatch(text):
        raise BadContent(
            "source_url", "链接须以 http:// 或 https:// 开头。", "A link begins with http:// or https://."
        )
    return text


def _credits(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise BadContent("credits", "署名的格式不对。", "The credits are malformed.")
    named = {}
    for key, name in sorted(value.items()):
        if not isinstance(key, str) or not isinstance(name, str) or max(len(key), len(name)) > _MOST_CREDIT:
            raise BadContent(
                "credits",
                f"署名不能超过 {_MOST_CREDIT} 个字。",
                f"A credit has at most {_MOST_CREDIT} characters.",
            )
        cleaned = " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", name)).split())
        if cleaned:
            named[key] = cleaned
    return named
