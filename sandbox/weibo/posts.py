"""Posts: made, seen, gone. Those of an unreviewed app are visible to its test accounts only (weibo.md 0)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sandbox.ledger import PublicEffect
from sandbox.weibo import numbers, tokens, users
from sandbox.weibo.apps import APPS, App, State
from sandbox.weibo.texts import SHORT_LINK, long_form
from sandbox.weibo.users import USERS, User
from sandbox.wire import Json

if TYPE_CHECKING:
    from sandbox.world import World

CHANNEL = "weibo"
WEBSITE = ""
HOUR = 3_600
PUBLIC, PRIVATE = 0, 1


class End(Enum):
    """How a post stopped being there."""

    DESTROYED = "destroyed"
    DELETED = "deleted"
    MODERATED = "moderated"


@dataclass(frozen=True)
class Post:
    """One post: the text as received and as kept; ``app_key`` is empty for one made on weibo.com."""

    mid: int
    uid: str
    app_key: str
    received: str
    text: str
    pid: str
    reposted: int | None
    test_only: bool
    created_at: float
    ended: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Post:
        """Read a post from its row."""
        return cls(
            row["mid"], row["uid"], row["app_key"], row["received"], row["text"], row["pid"], row["reposted"],
            bool(row["test_only"]), row["created_at"], row["ended"],
        )  # fmt: skip

    @property
    def is_public(self) -> bool:
        """Whether anybody can see it."""
        return not self.ended and not self.test_only

    @property
    def path(self) -> str:
        """Where its page is, on whatever host."""
        return f"/{self.uid}/{numbers.address_name(self.mid)}"

    def described(self, world: World) -> Json:
        """Answer it as the control API shows what is public."""
        return {
            "account": self.uid,
            "channel": CHANNEL,
            "article_id": str(self.mid),
            "idx": 1,
            "title": self.received,
            "content": self.text,
            "content_source_url": first_link(world, self.text),
            "url": world.base_url + self.path,
            "published_at": self.created_at,
        }


@dataclass(frozen=True)
class Writing:
    """What goes into a new post."""

    received: str
    text: str
    pid: str = ""
    reposted: int | None = None
    moderate_at: float | None = None


def make(world: World, user: User, app: App | None, writing: Writing) -> Post:
    """Make a post through an app, or without one on weibo.com, and say so in the ledger of public effects."""
    test_only = app is not None and app.state is State.UNREVIEWED
    mid = numbers.next_id(world, user.uid)
    world.store.insert(
        "INSERT INTO weibo_posts (mid, uid, app_key, received, text, pid, reposted, test_only, created_at, moderate_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        mid, user.uid, app.app_key if app else WEBSITE, writing.received, writing.text, writing.pid,
        writing.reposted, int(test_only), world.clock.now(), writing.moderate_at,
    )  # fmt: skip
    post = Post.of(world.store.rows("SELECT * FROM weibo_posts WHERE mid = ?", mid)[0])
    if post.is_public:
        world.ledger.made_public(
            _effect(world, post, "published", post.created_at, "app" if app else "website")
        )
    return post


def end(world: World, post: Post, how: End, moment: float, cause: str) -> bool:
    """Take a post away; say whether it was there."""
    changed = world.store.run(
        "UPDATE weibo_posts SET ended = ? WHERE mid = ? AND ended = ''", how.value, post.mid
    )
    if changed and post.is_public:
        kind = "banned" if how is End.MODERATED else "removed"
        world.ledger.made_public(_effect(world, post, kind, moment, cause))
    return bool(changed)


def settle(world: World) -> None:
    """Let moderation happen that is due by now."""
    rows = world.store.rows(
        "SELECT * FROM weibo_posts WHERE ended = '' AND moderate_at <= ? ORDER BY moderate_at",
        world.clock.now(),
    )
    for row in rows:
        end(world, Post.of(row), End.MODERATED, row["moderate_at"], "moderation")


def find(world: World, mid: int) -> Post | None:
    """Answer a post by its id, ended or not, or nothing."""
    row = world.store.row("SELECT * FROM weibo_posts WHERE mid = ?", mid)
    return Post.of(row) if row else None


def by_path(world: World, path: str) -> Post | None:
    """Answer the post a public address leads to, or nothing."""
    uid = path.strip("/").partition("/")[0]
    return next((post for post in of_user(world, uid) if post.path == path), None)


def of_user(world: World, uid: str) -> list[Post]:
    """Answer all posts of a user, newest first, ended ones too."""
    rows = world.store.rows("SELECT * FROM weibo_posts WHERE uid = ? ORDER BY mid DESC", uid)
    return [Post.of(row) for row in rows]


def visible(world: World, uid: str) -> list[Json]:
    """Answer the posts the public can see now, newest first, of one user or of all."""
    rows = world.store.rows("SELECT * FROM weibo_posts WHERE ? IN ('', uid) ORDER BY mid DESC", uid)
    return [post.described(world) for post in map(Post.of, rows) if post.is_public]


def first_link(world: World, text: str) -> str:
    """Answer where the first short link of a text leads, empty without one."""
    found = SHORT_LINK.search(text)
    return long_form(world, found[0]) if found else ""


def counts(world: World, post: Post) -> Json:
    """Answer what a post has gathered by now: comments as they are, likes and reposts by its age."""
    hours = (world.clock.now() - post.created_at) / HOUR
    likes = int(hours * world.switches.value("weibo_growth", post.uid))
    comments = world.store.number(
        "SELECT COUNT(*) FROM weibo_comments WHERE mid = ? AND deleted = 0", post.mid
    )
    return {"reposts": likes // 3, "comments": comments, "attitudes": likes}


def shown(world: World, post: Post, app: App, *, trim_user: bool = False) -> Json:
    """Answer the status object (3.2) as an app sees it."""
    user = USERS.find(world, post.uid)
    whole = tokens.has_authorised(world, app, post.uid)
    author: Json | int = users.shown(world, user, whole=whole) if user and not trim_user else int(post.uid)
    gathered = counts(world, post)
    document: Json = {
        "created_at": numbers.date(post.created_at),
        "id": post.mid,
        "idstr": str(post.mid),
        "mid": str(post.mid),
        "text": post.text,
        "source": _source(world, post),
        "favorited": False,
        "truncated": False,
        "pic_urls": [],
        "user": author,
        "reposts_count": gathered["reposts"],
        "comments_count": gathered["comments"],
        "attitudes_count": gathered["attitudes"],
        "visible": {"type": PRIVATE if post.ended else PUBLIC, "list_id": 0},
    }
    if post.ended:
        document |= {"deleted": "1"}
    return document | _picture(post) | _original(world, post, app)


def _picture(post: Post) -> Json:
    if not post.pid:
        return {}
    sizes = {"thumbnail_pic": "thumbnail", "bmiddle_pic": "bmiddle", "original_pic": "large"}
    addresses = {name: f"http://wx1.sinaimg.cn/{size}/{post.pid}" for name, size in sizes.items()}
    return addresses | {"pic_urls": [{"thumbnail_pic": addresses["thumbnail_pic"]}]}


def _original(world: World, post: Post, app: App) -> Json:
    original = find(world, post.reposted) if post.reposted else None
    return {"retweeted_status": shown(world, original, app)} if original else {}


def _source(world: World, post: Post) -> str:
    app = APPS.find(world, post.app_key)
    return f'<a href="http://open.weibo.com" rel="nofollow">{app.name if app else "微博网页版"}</a>'


def _effect(world: World, post: Post, kind: str, moment: float, cause: str) -> PublicEffect:
    return PublicEffect(
        at=moment,
        account=post.uid,
        kind=kind,
        channel=CHANNEL,
        article_id=str(post.mid),
        idx=1,
        title=post.received,
        url=world.base_url + post.path,
        source_url=first_link(world, post.text),
        content=post.received,
        cause=cause,
    )
