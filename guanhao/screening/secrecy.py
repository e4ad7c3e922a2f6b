"""Markings that say a paper is not for the public: security classes, notes such as *internal, keep*, and embargoes.

The classes are those of every official document in China; a marking in an article means that something was copied which
should not have been. Ordinary use of the words (秘密花园, 商业秘密, 妥善保管财物) is told apart by how markings are
written: with their sign, alone on a line or in brackets, or speaking of the paper itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from guanhao.core.text import Text
from guanhao.screening.hits import Hit, HitKind, hit_at
from guanhao.screening.text import TextView

_CLASS = r"(?:绝\s*密|机\s*密|秘\s*密)"
_PAPER = r"(?:资料|文件|材料|刊物|通报|讲话|文稿|情况)"
_KEEP = r"(?:请?注意保(?:存|密)|妥善保(?:存|管)|(?:严禁|不得|请勿|禁止)(?:外传|外泄|转发|翻印|复制|公开|对外公开|对外传播|上网))"
_THIS = rf"(?:本|此|该)(?:件|文|{_PAPER})"
_MARKINGS = re.compile(
    "|".join(
        (
            rf"{_CLASS}\s*[★☆*＊✩⭐]\s*(?:\d+\s*[年月天]|长期|解密)?",  # the star is the marking's own sign
            rf"(?m:^[^\S\n]{{0,40}}[【\[（(]{{0,3}}[^\S\n]{{0,4}}{_CLASS}[\s】\]）)]*$)",  # alone on its line, as in a document's head
            rf"密\s*级\s*[:：]\s*{_CLASS}",
            r"保\s*密\s*期\s*限\s*[:：]\s*(?:\d+\s*[年月天]|长期)",
            rf"{_CLASS}级(?:文件|资料|事项|信息)",
            r"[\u4e00-\u9fff]{0,6}密(?:发|电|函|字)?\s*[〔\[［【(（]\s*(?:19|20)\d\d\s*[〕\]］】)）]\s*第?\s*\d+\s*号",
            rf"(?m:^[^\S\n]{{0,40}}[【\[（(]{{0,3}}[^\S\n]{{0,4}}内部{_PAPER}[\s】\]）)]*(?:$|[，,、：:；;!！\s]|{_KEEP}))",
            rf"[【\[（(]\s*内部{_PAPER}\s*[】\]）)]",
            rf"(?:{_THIS}|以上)(?:内容)?(?:为|是|系|属于?)?内部{_PAPER}",
            rf"内部{_PAPER}[\s，,、；;。:：]{{0,8}}{_KEEP}",
            r"(?:仅|只)(?:供|限)(?:内部|领导|系统内|校内干部)(?:使用|参考|传阅|掌握|阅示)?",
            rf"(?:{_THIS}|内部)[^。\n]{{0,8}}{_KEEP}",
            r"(?m:^[^\S\n]{0,40}[【\[（(]{0,3}[^\S\n]{0,4}(?:注意保(?:存|密)|(?:严禁|不得|请勿|禁止)(?:外传|外泄|对外公开|对外传播))[\s】\]）)！!。]*$)",
            r"暂不(?:对外)?(?:公开|公布|发布)|(?:此|本)(?:件|文)不予公开|不对外公开[的之]?(?:文件|资料|材料)",
            r"(?m:^[^\S\n]{0,40}(?:特急|加急)?[^\S\n]{0,4}(?:内部)?(?:明电|密码电报)[^\S\n]{0,4}$)",
        )
    )
)
_WHEN = r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?P<hour>\s*(?:上午|下午|晚)?\d{1,2}[:：点时]\d{0,2}分?)?"
_PUBLISH = r"(?:发布|报道|公开|刊发|转发|披露|推送)"
_EMBARGO = re.compile(
    rf"(?:请于|须于|限于?)?{_WHEN}(?:"
    rf"(?:之?前|以前)(?:请勿|不得|严禁|禁止|不要)(?:对外)?{_PUBLISH}|(?P<then>之后|后|起)方?可(?:对外)?{_PUBLISH})"
    r"|(?:禁发|解禁)(?:期|时间|日期)\s*[:：至到]|未经(?:审定|审核)[，,]?(?:请勿|不得)(?:发布|刊发|公开)"
)


def _is_over(match: re.Match[str], on: date) -> bool:
    """Whether the day it names has come. A day without a year is the one nearest to the day of going out.

    On the day itself an embargo with an hour, and one until after that day (之后), still hold.
    """
    if match["month"] is None:
        return False
    days = [
        day
        for year in ([int(match["year"])] if match["year"] else [on.year - 1, on.year, on.year + 1])
        if (day := _day(year, int(match["month"]), int(match["day"]))) is not None
    ]
    if not days:
        return False
    day = min(days, key=lambda one: abs((one - on).days))
    still_holds = match["hour"] is not None or match["then"] in {"之后", "后"}
    return on > day if still_holds else on >= day


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find(view: TextView, *, on: date | None = None) -> Iterator[Hit]:
    """Secrecy markings and embargoes in a text, each with its place.

    ``on`` is the day the text is to go out: an embargo that has run out by then is not told.
    """
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
    for match in _EMBARGO.finditer(view.text):
        if on is not None and _is_over(match, on):
            continue
        yield hit_at(
            view,
            match.span(),
            kind=HitKind.EMBARGO,
            mask=match[0],
            message=Text(
                zh=f"出现发布限制“{match[0]}”，请核实现在能否发布。",
                en=f"The embargo “{match[0]}” occurs; make sure that it may go out now.",
            ),
        )
