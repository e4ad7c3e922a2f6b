"""What a platform itself would refuse (platforms/wechat.md §3). No regulation says it, so no article is cited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guanhao.contents.content import picture_tags
from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.contents.sanitise import LOST_PICTURE
from guanhao.core.text import Text
from guanhao.rulebook.vocabulary import Force


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most characters a platform takes, where it has a bound, and whether it wants a cover."""

    title: int = 0
    title_wanted: int = 0
    author_line: int = 0
    digest_text: int = 0
    body: int = 0
    cover: bool = False


# By the adapter a rulebook names for its platform; a platform served by hand has no bounds we know.
BOUNDS = {
    "wechat": Bounds(title=64, title_wanted=32, author_line=16, digest_text=120, body=20_000, cover=True),
    "weibo": Bounds(body=20_000),
}
Found = tuple[str, Force, Problem]
BY_HAND = "by_hand"
_NOT_CONNECTED = Text(
    zh="账号没有连接微博接口，通过后由人手工发布。",
    en="The account is not connected with Weibo; once approved it is published by hand.",
)
_OFFER = Text(
    zh="不便修改的，可改为手工发布：审批通过后由保管人在微博网页上发，审批人看得到这个决定。",
    en="Where that cannot be mended, decide on publishing by hand: a holder posts it on weibo.com, and reviewers see it.",
)


def problems(matter: Matter) -> Iterator[Found]:
    """Rule name, force and problem for everything the platform would refuse or drop."""
    platform = matter.rulebook.platforms.get(matter.facts.platform)
    bounds = BOUNDS.get(platform.adapter if platform else "", Bounds())
    yield from _lengths(matter, bounds)
    if bounds.cover and not matter.content.cover:
        sentence = Text(
            zh="请选一张封面图片，平台要求必须有。", en="Choose a cover; the platform requires one."
        )
        yield "platform.cover", Force.BLOCK, Problem(sentence, at_field("cover"))
    for tag in picture_tags(matter.content.body):
        if "asset:" not in tag:
            yield "platform.lost_picture", Force.BLOCK, Problem(_lost(tag), at_field("body"))


def posting(matter: Matter) -> Iterator[Found]:
    """What stands between a microblog and the API, asked before its review, with the decision that settles it.

    Nothing stops what is published by hand: the decision stands in the content, and reviewers see it.
    """
    if matter.obstacles is None:
        return
    blocking = [one.text for one in matter.obstacles if one.blocking]
    if not matter.connected and matter.content.channel != BY_HAND:
        yield "platform.not_connected", Force.HINT, Problem(_NOT_CONNECTED, at_field("by_hand"))
    elif matter.content.channel == BY_HAND:
        yield "platform.by_hand", Force.HINT, Problem(_by_hand(blocking), at_field("by_hand"))
    else:
        for one in matter.obstacles:
            force = Force.BLOCK if one.blocking else Force.WARN
            yield "platform.posting", force, Problem(one.text, at_field("body"))
        if blocking:
            yield "platform.offer_by_hand", Force.HINT, Problem(_OFFER, at_field("by_hand"))


def _by_hand(blocking: list[Text]) -> Text:
    zh, en = "".join(one.zh for one in blocking), " ".join(one.en for one in blocking)
    return Text(
        zh=f"已决定手工发布。{f'接口发布的障碍：{zh}' if zh else ''}",
        en=f"It is to be published by hand. {f'What keeps it from the API: {en}' if en else ''}".strip(),
    )


def _lengths(matter: Matter, bounds: Bounds) -> Iterator[Found]:
    content = matter.content
    for name, most in (("title", bounds.title), ("author_line", bounds.author_line), ("digest_text", bounds.digest_text),
                       ("body", bounds.body)):  # fmt: skip
        length = len(getattr(content, name))
        if most and length > most:
            sentence = Text(
                zh=f"{length} 个字符，平台最多接受 {most} 个。",
                en=f"{length} characters; the platform takes {most}.",
            )
            yield f"platform.{name}_length", Force.BLOCK, Problem(sentence, at_field(name))
    if bounds.title_wanted and bounds.title_wanted < len(content.title) <= bounds.title:
        sentence = Text(
            zh=f"标题 {len(content.title)} 字；平台新的说明是不超过 {bounds.title_wanted} 字，可能被拒。",
            en=f"The title has {len(content.title)} characters; the platform's newer page says {bounds.title_wanted}.",
        )
        yield "platform.title_length", Force.WARN, Problem(sentence, at_field("title"))


def _lost(tag: str) -> Text:
    _, _, rest = tag.partition(f'{LOST_PICTURE}="')
    host = rest.partition('"')[0]
    return Text(
        zh=f"有一张图片没有取回（{host or '来源不明'}），请重新上传。",
        en=f"A picture could not be fetched ({host or 'unknown origin'}); upload it.",
    )
