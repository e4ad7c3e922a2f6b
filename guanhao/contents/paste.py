"""Importing HTML source, as 135, 秀米 and other editors give it: style sheets inlined, pictures fetched into our store."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from guanhao.contents import isolated
from guanhao.contents.assets import store_image
from guanhao.contents.imported import Imported, imported
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.http import NotFetched, fetch_public
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.people.models import Person

MOST_PICTURES = 40
SECONDS = 45.0  # for all pictures of one import together
PICTURE_BYTES = 20 * 1024 * 1024
_DATA = re.compile(
    r"data:image/[a-z.+-]+(;[a-z0-9=-]+)*?(?P<base64>;base64)?,(?P<body>.*)", re.IGNORECASE | re.DOTALL
)


def import_html(*, actor: Actor, person: Person, html: str) -> Imported:
    """Pasted HTML source as an article's body; pictures that cannot be had are named in the notes and leave gaps.

    Raises:
        isolated.FileRefused: larger than any source we read.
        Refused: larger than any article may be.
    """
    source = str(isolated.run("markup", {"html": html}).value["html"])
    bringer = _Bringer(actor, person)
    return imported(source, bringer.bring)


def remote_picture(*, actor: Actor, person: Person, address: str) -> str:
    """Fetch one picture into our store and answer its digest (NT2, CF3).

    Raises:
        Refused: the address cannot be read (one sentence for every cause, so that it tells nothing about our network),
            or what is there is no picture.
    """
    if address.lower().startswith("data:"):
        data = _in_address(address)
    else:
        try:
            data = fetch_public(address, max_bytes=PICTURE_BYTES).body
        except NotFetched as not_fetched:
            raise Refused(Denied(not_fetched.sentence)) from None
    return store_image(actor=actor, person=person, data=data).digest


class _Bringer:
    """Fetches the pictures of one import within its bounds."""

    def __init__(self, actor: Actor, person: Person) -> None:
        self._actor, self._person = actor, person
        self._left = MOST_PICTURES
        self._until = clock.monotonic() + SECONDS

    def bring(self, source: str) -> str:
        """The digest of the stored picture."""
        self._left -= 1
        if self._left < 0 or clock.monotonic() > self._until:
            raise Refused(
                Denied(
                    Text(
                        zh="图片太多或取回太慢，请单独上传。", en="Too many pictures, or too slow; upload it."
                    )
                )
            )
        return remote_picture(actor=self._actor, person=self._person, address=source)


def _in_address(address: str) -> bytes:
    """The bytes a ``data:`` address carries."""
    found = _DATA.fullmatch(address)
    body = unquote_to_bytes(found["body"]) if found else b""
    try:
        data = base64.b64decode(body) if found and found["base64"] else body
    except binascii.Error:
        data = b""
    if not data:
        raise Refused(Denied(Text(zh="图片数据不完整。", en="The picture's data is incomplete.")))
    return data
