"""What the public sees: a list of accounts and articles, and each article at its permanent address.

The pages look like the platform's, and say on every screen that they are not. They load nothing from anywhere
else: pictures uploaded to the sandbox are served by it, whatever host their address names.
"""

from __future__ import annotations

import html as escaping
import re
from datetime import datetime
from string import Template
from typing import TYPE_CHECKING

from sandbox import platform
from sandbox.clock import BEIJING
from sandbox.platforms import PLATFORMS
from sandbox.wechat import accounts, articles, comments, drafts, media
from sandbox.weibo import pages as weibo
from sandbox.wire import Json, Reply, Request, html

if TYPE_CHECKING:
    from sandbox.world import World

POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
ARTICLE_PATH = "/s"
PICTURE = re.compile(
    r"https?://mmbiz\.(?:qpic|qlogo)\.cn/[\w-]+/([0-9a-f]{32})/[^\"'\s)&]*(?:&amp;[^\"'\s)]*)?"
)
DATA_SOURCE = re.compile(r"<img((?:(?!\ssrc=)[^>])*)\sdata-src=")
PICTURE_PATH = "/mmbiz/"

_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>$title</title><style>
body{margin:0;background:#f7f7f7;color:#191919;
 font:17px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
.banner{background:#fa9d3b;color:#000;text-align:center;font-size:14px;padding:6px;position:sticky;top:0;z-index:9}
main{max-width:677px;margin:0 auto;background:#fff;padding:24px 16px 48px;min-height:90vh;box-sizing:border-box}
h1{font-size:22px;line-height:1.4;margin:0 0 14px}h2{font-size:18px;margin:28px 0 8px}
.meta{color:rgba(0,0,0,.5);font-size:15px;margin-bottom:22px}.meta b{color:#576b95;font-weight:400}
article{overflow-wrap:anywhere}article img{max-width:100%!important;height:auto!important}
a{color:#576b95;text-decoration:none}
.card{display:flex;justify-content:space-between;gap:12px;padding:12px 0;border-bottom:1px solid #eee;color:inherit}
.card img{width:64px;height:64px;object-fit:cover;border-radius:4px;flex:none}
.face{display:inline-block;width:36px;height:36px;line-height:36px;margin-right:10px;border-radius:50%;
 background:#07c160;color:#fff;text-align:center}small{color:rgba(0,0,0,.5)}.gone{text-align:center;padding-top:20vh}
</style></head><body><div class="banner" role="note">沙箱 Sandbox：演示内容，不是真实的平台</div>
<main>$body</main></body></html>""")
_CARD = Template(
    """<a class="card" href="$address"><span>$title<br><small>$date$state</small></span>$cover</a>"""
)
_STATES = {None: "", articles.End.REMOVED.value: " · 已删除", articles.End.BANNED.value: " · 已封禁"}
_ARTICLE = Template("""<h1>$title</h1><div class="meta">$author <b>$account</b> $date</div>
<article>$content</article>$source""")


def answer(world: World, request: Request) -> Reply:
    """Answer a page the public may open."""
    with world.store.transaction():
        platform.settle_all(world, PLATFORMS)
        reply = _page(world, request)
    reply.headers |= {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return reply


def _page(world: World, request: Request) -> Reply:
    if request.path == "/":
        return _framed("公众看到的", _home(world))
    if request.path == ARTICLE_PATH:
        return _article_page(world, request.query)
    if request.path.startswith(PICTURE_PATH):
        return _picture(world, request.path.removeprefix(PICTURE_PATH))
    return _weibo_page(world, request.path)


def _weibo_page(world: World, path: str) -> Reply:
    picture = weibo.picture(world, path)
    if picture:
        return picture
    title, body = weibo.page(world, path) or ("", "页面不存在")
    return _framed(title, body) if title else _gone(body, 404)


def _home(world: World) -> str:
    sections = [_account_section(world, account) for account in accounts.every(world)]
    sections.append(weibo.home(world))
    return "<h1>公众看到的 <small>What the public sees</small></h1>" + (
        "".join(sections) or "<p>还没有账号。</p>"
    )


def _account_section(world: World, account: accounts.Account) -> str:
    cards = [
        _card(world, publication, idx)
        for publication in articles.every(world, account.appid)
        for idx in range(1, len(publication.items) + 1)
    ]
    name = escaping.escape(account.name)
    head = (
        f'<h2><span class="face">{name[:1]}</span>{name} <small>{escaping.escape(account.appid)}</small></h2>'
    )
    return head + ("".join(cards) or "<p><small>还没有发布过。</small></p>")


def _card(world: World, publication: articles.Publication, idx: int) -> str:
    item = publication.items[idx - 1]
    address = f"{ARTICLE_PATH}?{publication.address(world, idx).partition('?')[2]}"
    return _CARD.substitute(
        address=escaping.escape(address),
        title=escaping.escape(item["article"]["title"]),
        date=_date(publication.published_at),
        state=_STATES[item["end"]],
        cover=_cover(world, item["article"]),
    )


def _cover(world: World, article: Json) -> str:
    row = world.store.row("SELECT picture FROM media WHERE media_id = ?", article["thumb_media_id"])
    return f'<img src="{PICTURE_PATH}{row["picture"]}" alt="">' if row and row["picture"] else ""


def _article_page(world: World, query: dict[str, str]) -> Reply:
    if "tempkey" in query:
        return _preview(world, query)
    found = articles.by_address(world, query)
    if found is None:
        return _gone("参数错误：没有这篇文章", 404)
    publication, idx = found
    item = publication.items[idx - 1]
    if item["end"] == articles.End.BANNED.value:
        return _gone("此内容因违规无法查看", 200)
    if item["end"] is not None:
        return _gone("该内容已被发布者删除", 200)
    shown = "".join(_comment(each) for each in comments.public(world, publication, idx))
    return _shown(world, publication.account, item["article"], publication.published_at, shown)


def _preview(world: World, query: dict[str, str]) -> Reply:
    draft = drafts.by_preview(world, query["tempkey"])
    idx = query.get("idx", "1")
    if draft is None or not idx.isdecimal() or not 1 <= int(idx) <= len(draft.articles):
        return _gone("预览已失效", 404)
    return _shown(world, draft.account, draft.articles[int(idx) - 1], draft.updated_at)


def _shown(world: World, appid: str, article: Json, moment: float, below: str = "") -> Reply:
    account = accounts.find(world, appid)
    source = escaping.escape(article["content_source_url"])
    body = _ARTICLE.substitute(
        title=escaping.escape(article["title"]),
        author=escaping.escape(article["author"]),
        account=escaping.escape(account.name if account else appid),
        date=_date(moment),
        content=_with_own_pictures(_body(world, article)),
        source=f'<p><a href="{source}" rel="noreferrer">阅读原文</a></p>' if source else "",
    )
    return _framed(article["title"], body + (f"<h2>留言</h2>{below}" if below else ""))


def _comment(comment: comments.Comment) -> str:
    reply = (
        f"<br><small>作者回复：{escaping.escape(comment.reply['content'])}</small>" if comment.reply else ""
    )
    return f"<p>{escaping.escape(comment.content)}{reply}</p>"


def _body(world: World, article: Json) -> str:
    """Answer the article's HTML; a picture post is its text and its pictures."""
    if article["article_type"] == "news":
        return str(article["content"])
    text = f"<p>{escaping.escape(article['content'])}</p>"
    listed = [each.get("image_media_id", "") for each in article["image_info"]["image_list"]]
    rows = [world.store.row("SELECT * FROM media WHERE media_id = ?", media_id) for media_id in listed]
    return "".join(f'<p><img src="{media.picture_address(row)}" alt=""></p>' for row in rows if row) + text


def _with_own_pictures(content: str) -> str:
    # Editors leave the address in data-src for the platform's script to load; there is no script here.
    return PICTURE.sub(rf"{PICTURE_PATH}\1", DATA_SOURCE.sub(r"<img\1 src=", content))


def _picture(world: World, name: str) -> Reply:
    row = media.picture(world, name)
    if row is None:
        return _gone("图片不存在", 404)
    return Reply(body=row["content"], content_type=row["mime"])


def _framed(title: str, body: str, status: int = 200) -> Reply:
    return html(_PAGE.substitute(title=escaping.escape(title), body=body), status)


def _gone(text: str, status: int) -> Reply:
    return _framed(text, f'<p class="gone">{text}</p>', status)


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment, BEIJING).strftime("%Y-%m-%d %H:%M")
