"""Markings that say a paper is not for the public: security classes and notes such as *internal, keep*.

The classes are those of every official document in China; a marking in an article means that something was copied which
should not have been. Ordinary use of the words (秘密花园) is told apart by how markings are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guanhao.core.text import Text
from guanhao.screening.hits import Hit, HitKind, hit_at
from guanhao.screening.text import TextView

_CLASS = r"(?:绝\s*密|机\s*密|秘\s*密)"
_MARKINGS = re.compile(
    "|".join(
        (
            rf"{_CLASS}\s*[★☆*]\s*(?:\d+\s*[年月天]|长期)?",  # the star is the marking's own sign
            rf"(?m:^\s*{_CLASS}\s*$)",  # alone on its line, as in a document's head
            rf"密\s*级\s*[:：]\s*{_CLASS}",
            rf"{_CLASS}级(?:文件|资料|事项|信息)",
            r"内部(?:资料|文件|材料|刊物)",
            r"(?:仅|只)?(?:供|限)内部(?:使用|参考|传阅|掌握)",
            r"(?:注意|妥善)保(?:存|密|管)",
            r"(?:严禁|不得|请勿|禁止)(?:外传|外泄|对外公开|对外传播)",
            r"工作秘密|暂不公开|不予公开",
        )
    )
)


def find(view: TextView) -> Iterator[Hit]:
    """Secrecy markings in a text, each with its place."""
    for match in _MARKINGS.finditer(view.text):
        marking = " ".join(match[0].split())
        yield hit_at(
            view,
            match.span(),
            kind=HitKind.SECRECY_MARKING,
            mask=marking,
            message=Text(
                zh=f"出现“{marking}”字样，请核实是否涉密或属内部资料。",
                en=f"The marking “{marking}” occurs; make sure that nothing secret or internal is disclosed.",
            ),
        )
