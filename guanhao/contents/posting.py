"""What a microblog says, word for word, and what keeps it from going out by API (weibo.md §3.1).

A post is made of the approved content alone: 【title】, the text, source and credits, and the job link that Weibo
demands and that the post is found again by (security §2.4). It is frozen at submission, so that reviewers read exactly
what goes out (K1, K9); the link is fixed with it, and another content, or another version, has another link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from guanhao.contents.content import Content
from guanhao.contents.models import Article
from guanhao.contents.rules.matter import Obstacle
from guanhao.contents.types import Channel
from guanhao.core import clock
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.platforms.manual.text import plain
from guanhao.platforms.types import Capability
from guanhao.platforms.weibo import text as weibo
from guanhao.registry.applications import WEIBO, app_of
from guanhao.registry.connections import expires_at
from guanhao.registry.models import Account, Connection, ObservedCapability, PlatformApp
from guanhao.registry.types import CapabilityState, ConnectionEnd
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.types import Named

MOST_PICTURES = 1
_MARK = 32  # characters of a mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """How an account stands with Weibo, as far as a text is concerned. ``mark`` is of the version that is being made.

    ``connected`` says whether posts go out by API at all; ``ends`` is when the authorisation does, nothing where it has.
    """

    domains: tuple[str, ...] = ()
    link_base: str = ""
    mark: str = ""
    connected: bool = False
    refused: bool = False
    ends: datetime | None = None

    @property
    def link(self) -> str:
        """The job link; empty where this installation has none on the app's safe domains."""
        link = f"{self.link_base}/{self.mark}"
        return link if self.link_base and weibo.on_domain(link, self.domains) else ""


def posting_of(article: Article, content: Content) -> Posting | None:
    """How the article's account stands with Weibo; nothing on other platforms."""
    account = article.account
    if account.platform != WEIBO:
        return None
    app = app_of(account.institution_id)
    if app is None:
        return Posting()
    return Posting(
        domains=tuple(app.safe_domains),
        link_base=settings.JOB_LINK_URL.rstrip("/"),
        mark=mark_of(article, content),
        connected=is_connected(account),
        refused=_may_not_post(account),
        ends=expires_at(account),
    )


def is_connected(account: Account) -> bool:
    """Whether somebody authorised the account and nobody took that back; one that ran out only has to be renewed."""
    over = ConnectionEnd.DISCONNECTED
    return Connection.objects.filter(account=account).exclude(ended_why=over).exists()


def _may_not_post(account: Account) -> bool:
    unusable = (CapabilityState.REFUSED, CapabilityState.BANNED)
    return ObservedCapability.objects.filter(
        account=account, capability=Capability.PUBLISH, state__in=unusable
    ).exists()


def mark_of(article: Article, content: Content) -> str:
    """The job link's key: of this article's next version with this content, and of no other (K9)."""
    bare = replace(content, status="")
    key = {"article": article.pk, "version": article.revisions.count() + 1, "content": bare.hash()}
    return digest(key).rpartition(":")[2][:_MARK]


def mark_in(content: Content) -> str:
    """The job link's key in a frozen post; empty where it carries none."""
    base = f"{settings.JOB_LINK_URL.rstrip('/')}/"
    ours = [link for link in weibo.links(content.status) if settings.JOB_LINK_URL and link.startswith(base)]
    return ours[-1].removeprefix(base) if ours else ""


def link_in(content: Content) -> str:
    """The last link of a frozen post, which is the job link where there is one."""
    return next(reversed(weibo.links(content.status)), "")


def status_of(content: Content, titles: Mapping[str, Named], link: str) -> str:
    """The post's text. A title, source or name that the text holds already is not repeated."""
    body = plain(content.body)
    head = f"【{content.title}】" if content.title and content.title not in body else ""
    text = "\n".join([head + body, *ending_of(content, titles)]).strip()
    return weibo.composed(text, link) if link else text


def ending_of(content: Content, titles: Mapping[str, Named]) -> list[str]:
    """Source and credits as the rulebook calls them; what the author already wrote is left out (ruian-6.3)."""
    text = plain(content.body)
    lines = [f"来源：{content.source}"] if content.source and content.source not in text else []
    return lines + [
        f"{titles[key].title.zh}：{name}"
        for key, name in sorted(content.credits.items())
        if key in titles and name not in text
    ]


def frozen(content: Content, article: Article, rulebook: Rulebook) -> Content:
    """The content with what goes out fixed: the post, or that it is published by hand; as it is on other platforms."""
    posting = posting_of(article, content)
    if posting is None:
        return content
    if content.channel == Channel.BY_HAND or not posting.connected:
        return replace(content, channel=Channel.BY_HAND.value, status="")
    return replace(content, status=status_of(content, rulebook.credits, posting.link))


def obstacles(content: Content, rulebook: Rulebook, posting: Posting) -> Iterator[Obstacle]:
    """Everything that keeps the content from going out by API as it stands, and what may surprise."""
    if posting.refused:
        yield Obstacle(
            Text(zh="微博没有给应用发布权限。", en="Weibo has not granted the app the right to post.")
        )
    if posting.ends is None or posting.ends <= clock.now():
        sentence = Text(
            zh="微博授权已失效，请保管人在账号页续期。",
            en="The Weibo authorisation has ended; a holder renews it on the account's page.",
        )
        yield Obstacle(sentence, blocking=False)
    count = len(content.images)
    if count > MOST_PICTURES:
        sentence = Text(
            zh=f"微博接口只能带 {MOST_PICTURES} 张图片，现有 {count} 张。",
            en=f"Weibo's API takes {MOST_PICTURES} picture; there are {count}.",
        )
        yield Obstacle(sentence)
    status = content.status or status_of(content, rulebook.credits, posting.link)
    for problem in weibo.problems(status, posting.domains):
        yield Obstacle(problem.text, problem.blocking)


def has_link(app: PlatformApp) -> bool:
    """Whether this installation's job links are on the app's safe domains."""
    return bool(settings.JOB_LINK_URL) and weibo.on_domain(settings.JOB_LINK_URL, app.safe_domains)
