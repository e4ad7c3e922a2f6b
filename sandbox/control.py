"""The control API under /_sandbox/: arrange the world before a test, look at it afterwards. See docs/sandbox.md.

GET reads, POST acts; arguments are the query of a GET and the JSON object of a POST. A mistake is answered with 400
and a sentence naming it, and nothing is changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import identifiers
from sandbox.faults import Fault
from sandbox.wechat import accounts, articles, console, examples, publishing, tokens
from sandbox.wechat.articles import End
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world import World

PREFIX = "/_sandbox/"


class BadRequestError(ValueError):
    """The caller of the control API made a mistake; the text says which."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of one control call, read by name and type."""

    values: Json

    def only(self, *names: str) -> None:
        """Raise BadRequestError for any argument with another name."""
        unknown = sorted(set(self.values) - set(names))
        if unknown:
            raise BadRequestError(f"unknown arguments {unknown}; known are {sorted(names)}")

    def text(self, name: str, default: str | None = None) -> str:
        """Answer a string. Raises BadRequestError when it is missing or none."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise BadRequestError(f"{name} is a string and must be given")
        return value

    def number(self, name: str, default: int = 0) -> int:
        """Answer a whole number, from JSON or from a query."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            raise BadRequestError(f"{name} is a number") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Answer true or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise BadRequestError(f"{name} is true or false")
        return value

    def without(self, *names: str) -> Json:
        """Answer all arguments but these."""
        return {name: value for name, value in self.values.items() if name not in names}


def answer(world: World, request: Request) -> Reply:
    """Answer a control call."""
    action = ACTIONS.get((request.method, request.path.removeprefix(PREFIX)))
    if action is None:
        names = [f"{method} {PREFIX}{name}" for method, name in ACTIONS]
        return Reply(status=404, document={"error": "no such control call", "calls": names})
    try:
        arguments = Arguments(_values(request))
        with world.store.transaction():
            publishing.settle(world)
            return Reply(document=action(world, arguments))
    except console.NotThereError as unknown:
        return Reply(status=404, document={"error": str(unknown)})
    except Refusal as refusal:
        return Reply(status=409, document={"error": refusal.errmsg, "errcode": refusal.errcode})
    except ValueError as mistake:
        return Reply(status=400, document={"error": str(mistake)})


def _values(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query)
    try:
        document = json.loads(request.body or b"{}")
    except ValueError:
        raise BadRequestError("the body is no JSON") from None
    if not isinstance(document, dict):
        raise BadRequestError("the body is a JSON object")
    return document


def _health(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return {"sandbox": True, "base_url": world.base_url, "clock": world.clock.describe()}


def _reset(world: World, arguments: Arguments) -> Json:
    arguments.only("examples")
    world.store.reset()
    if arguments.flag("examples"):
        examples.ensure(world)
    return {"accounts": [account.document() for account in accounts.every(world)]}


def _accounts(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return {"accounts": [account.document() for account in accounts.every(world)]}


def _create_account(world: World, arguments: Arguments) -> Json:
    account = accounts.Account.parse(arguments.values)
    if accounts.find(world, account.appid):
        raise BadRequestError(f"there is an account {account.appid} already")
    return accounts.keep(world, account).document()


def _update_account(world: World, arguments: Arguments) -> Json:
    account = _account(world, arguments)
    return accounts.keep(world, account.changed(arguments.without("account"))).document()


def _reset_secret(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "secret")
    account = _account(world, arguments)
    secret = arguments.text("secret", identifiers.serial())
    tokens.kill(world, account.appid)
    return accounts.keep(world, account.changed({"secret": secret})).document()


def _invalidate_tokens(world: World, arguments: Arguments) -> Json:
    arguments.only("account")
    return {"invalidated": tokens.kill(world, _account(world, arguments).appid)}


def _clock(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return world.clock.describe()


def _set_clock(world: World, arguments: Arguments) -> Json:
    arguments.only("freeze", "advance", "resume")
    freeze, advance = arguments.values.get("freeze"), arguments.values.get("advance", 0)
    if isinstance(advance, bool) or not isinstance(advance, int | float):
        raise BadRequestError("advance is a number of seconds")
    if freeze is not None:
        world.clock.freeze(None if freeze is True else float(freeze))
    if arguments.flag("resume"):
        world.clock.resume()
    world.clock.advance(advance)
    publishing.settle(world)
    return world.clock.describe()


def _faults(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return {"faults": world.faults.describe()}


def _add_fault(world: World, arguments: Arguments) -> Json:
    return {"id": world.faults.add(Fault.parse(arguments.values))}


def _clear_faults(world: World, arguments: Arguments) -> Json:
    arguments.only()
    world.faults.clear()
    return {"faults": []}


def _switches(world: World, arguments: Arguments) -> Json:
    arguments.only("account")
    return {"switches": world.switches.describe(arguments.text("account", ""))}


def _set_switches(world: World, arguments: Arguments) -> Json:
    account = arguments.text("account", "")
    values = arguments.without("account")
    world.switches.set(values, account)
    return {name: world.switches.value(name, account) for name in values}


def _set_quota(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "path", "daily", "per_minute")
    limits: dict[str, Any] = {name: arguments.values.get(name) for name in ("daily", "per_minute")}
    if any(value is not None and not isinstance(value, int) for value in limits.values()):
        raise BadRequestError("daily and per_minute are whole numbers or absent")
    account, path = _account(world, arguments).appid, arguments.text("path")
    world.store.run(
        "INSERT OR REPLACE INTO quotas (account, path, daily, per_minute) VALUES (?, ?, ?, ?)",
        account, path, limits["daily"], limits["per_minute"],
    )  # fmt: skip
    return {"account": account, "path": path} | limits


def _ledger(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "path", "effect", "since")
    account, path = arguments.text("account", ""), arguments.text("path", "")
    effect, since = arguments.text("effect", ""), arguments.number("since")
    return {"entries": world.ledger.entries(account=account, path=path, effect=effect, since=since)}


def _public(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "since")
    account = arguments.text("account", "")
    now = [_public_article(world, each, idx) for each, idx in _visible(world, account)]
    effects = world.ledger.public_effects(account=account, since=arguments.number("since"))
    return {"articles": now, "effects": effects}


def _drafts(world: World, arguments: Arguments) -> Json:
    arguments.only("account")
    return {"drafts": console.listed_drafts(world, arguments.text("account", ""))}


def _edit_draft(world: World, arguments: Arguments) -> Json:
    changes = arguments.without("media_id", "index")
    return console.edit_draft(world, arguments.text("media_id"), arguments.number("index"), changes)


def _delete_draft(world: World, arguments: Arguments) -> Json:
    arguments.only("media_id")
    return console.delete_draft(world, arguments.text("media_id"))


def _publish_draft(world: World, arguments: Arguments) -> Json:
    arguments.only("media_id", "notify")
    return console.publish(world, arguments.text("media_id"), notify=arguments.flag("notify"))


def _delete_article(world: World, arguments: Arguments) -> Json:
    arguments.only("article_id", "index")
    return console.end_article(world, arguments.text("article_id"), arguments.number("index"), End.REMOVED)


def _ban_article(world: World, arguments: Arguments) -> Json:
    arguments.only("article_id", "index")
    return console.end_article(world, arguments.text("article_id"), arguments.number("index"), End.BANNED)


def _account(world: World, arguments: Arguments) -> accounts.Account:
    appid = arguments.text("account")
    account = accounts.find(world, appid)
    if account is None:
        raise console.NotThereError(f"there is no account {appid}")
    return account


def _visible(world: World, account: str) -> list[tuple[articles.Publication, int]]:
    return [
        (publication, idx)
        for publication in articles.every(world, account)
        for idx, item in enumerate(publication.items, 1)
        if item["end"] is None
    ]


def _public_article(world: World, publication: articles.Publication, idx: int) -> Json:
    article = publication.items[idx - 1]["article"]
    return {
        "account": publication.account,
        "channel": publication.channel,
        "article_id": publication.article_id,
        "idx": idx,
        "url": publication.address(world, idx),
        "published_at": publication.published_at,
        "title": article["title"],
        "author": article["author"],
        "content_source_url": article["content_source_url"],
        "content": article["content"],
    }


ACTIONS: dict[tuple[str, str], Callable[[World, Arguments], Json]] = {
    ("GET", "health"): _health,
    ("POST", "reset"): _reset,
    ("GET", "accounts"): _accounts,
    ("POST", "accounts"): _create_account,
    ("POST", "accounts/update"): _update_account,
    ("POST", "accounts/reset_secret"): _reset_secret,
    ("POST", "accounts/invalidate_tokens"): _invalidate_tokens,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("POST", "faults/clear"): _clear_faults,
    ("GET", "switches"): _switches,
    ("POST", "switches"): _set_switches,
    ("POST", "quotas"): _set_quota,
    ("GET", "ledger"): _ledger,
    ("GET", "public"): _public,
    ("GET", "drafts"): _drafts,
    ("POST", "drafts/edit"): _edit_draft,
    ("POST", "drafts/delete"): _delete_draft,
    ("POST", "drafts/publish"): _publish_draft,
    ("POST", "articles/delete"): _delete_article,
    ("POST", "articles/ban"): _ban_article,
}
