"""What the public sees of Weibo: users, posts at their addresses, pictures, and where a short link leads."""

from __future__ import annotations

import html as escaping
import re
from datetime import datetime
from string import Template
from typing import TYPE_CHECKING

from sandbox.clock import BEIJING
from sandbox.weibo import posts
from sandbox.weibo.posts import Post
from sandbox.weibo.texts import long_form
from sandbox.weibo.users import USERS, User
from sandbox.wire import Reply

if TYPE_CHECKING:
    from sandbox.world import World

POST_PATH = re.compile(r"/\d{5,}/[0-9A-Za-z]+")
USER_PATH = re.compile(r"/u/(\d+)")
SHORT_PATH = re.compile(r"/t\.cn/([0-9A-Za-z]+)")
PICTURE_PATH = re.compile(r"/sinaimg/([0-9a-f]{32})")
_SHORT = re.compile(r"http://(t\.cn/[0-9A-Za-z]+)")
_POST = Template(
    '<article><p>$text</p>$picture<p><small><a href="$path">$date</a> · $source$state</small></p></article>'
)
_STATES = {"": "", "destroyed": " · 已删除", "deleted": " · 已删除", "moderated": " · 已被屏蔽"}


def home(world: World) -> str:
    """Answer the front page's part: every user with every post."""
    return "".join(_section(world, user) for user in USERS.every(world))


def page(world: World, path: str) -> tuple[str, str] | None:
    """Answer title and body of a page of ours; an empty title for one that is not there; nothing for no page of ours."""
    if POST_PATH.fullmatch(path):
        return _post_page(world, posts.by_path(world, path))
    if found := USER_PATH.fullmatch(path):
        user = USERS.find(world, found[1])
        return (user.screen_name, _section(world, user)) if user else ("", "没有这个用户")
    if found := SHORT_PATH.fullmatch(path):
        long = escaping.escape(long_form(world, found[1]))
        return (
            ("短链接", f'<p>将离开沙箱：<a rel="noreferrer" href="{long}">{long}</a></p>')
            if long
            else ("", "短链接不存在")
        )
    return None


def picture(world: World, path: str) -> Reply | None:
    """Answer a picture of a post, or nothing."""
    found = PICTURE_PATH.fullmatch(path)
    row = world.store.row("SELECT * FROM weibo_pictures WHERE pid = ?", found[1]) if found else None
    return Reply(body=row["content"], content_type=row["mime"]) if row else None


def _post_page(world: World, post: Post | None) -> tuple[str, str]:
    if post is None or not post.is_public:
        return "", "该微博不存在"
    user = USERS.find(world, post.uid)
    return post.received[:30], f"<h2>{_name(user, post.uid)}</h2>{_card(post)}"


def _section(world: World, user: User) -> str:
    cards = [_card(post) for post in posts.of_user(world, user.uid) if not post.test_only]
    head = f'<h2><span class="face">{_name(user)[:1]}</span>{_name(user)} <small>微博 {user.uid}</small></h2>'
    return head + ("".join(cards) or "<p><small>还没有发布过。</small></p>")


def _card(post: Post) -> str:
    shown = f'<p><img src="/sinaimg/{post.pid}" alt=""></p>' if post.pid else ""
    return _POST.substitute(
        text=_SHORT.sub(r'<a href="/\1">网页链接</a>', escaping.escape(post.text)),
        picture=shown,
        path=post.path,
        date=datetime.fromtimestamp(post.created_at, BEIJING).strftime("%Y-%m-%d %H:%M"),
        source="应用" if post.app_key else "微博网页版",
        state=_STATES[post.ended],
    )


def _name(user: User | None, uid: str = "") -> str:
    return escaping.escape(user.screen_name if user else uid)
