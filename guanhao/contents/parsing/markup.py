"""Pasted HTML source: style sheets become ``style`` attributes, because only those survive the sanitiser and the platform."""

from __future__ import annotations

import css_inline

from guanhao.contents.parsing.refusals import Reason, Refusal

MOST_BYTES = 4_000_000


def inlined(html: str) -> str:
    """The body of the document with its own ``<style>`` rules inlined; nothing is fetched.

    Raises:
        Refusal: too large, or style sheets that cannot be read.
    """
    if len(html.encode()) > MOST_BYTES:
        raise Refusal(Reason.TOO_LARGE)
    if "<style" not in html.lower():
        return html
    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False
    )
    try:
        return inliner.inline(html)
    except (css_inline.InlineError, ValueError) as error:
        raise Refusal(Reason.UNREADABLE) from error
