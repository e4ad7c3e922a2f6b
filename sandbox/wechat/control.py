"""The control calls that arrange WeChat: accounts, quotas, the console, the platform's own doings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import identifiers
from sandbox.arguments import Actions, Arguments, BadRequestError, NotThereError
from sandbox.wechat import accounts, console, events, mass_jobs, tokens
from sandbox.wechat.articles import End

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World


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


def _confirm_mass(world: World, arguments: Arguments) -> Json:
    arguments.only("msg_id", "accept")
    number = arguments.number("msg_id")
    if not mass_jobs.confirm(world, number, accepted=arguments.flag("accept", default=True)):
        raise NotThereError(f"no mass send {number} waits for an administrator")
    return {"msg_id": number}


def _verify_callback(world: World, arguments: Arguments) -> Json:
    arguments.only("account")
    return {"verified": events.verify(world, _account(world, arguments))}


def _events(world: World, arguments: Arguments) -> Json:
    arguments.only("account")
    return {"events": events.listing(world, arguments.text("account", ""))}


def _account(world: World, arguments: Arguments) -> accounts.Account:
    appid = arguments.text("account")
    account = accounts.find(world, appid)
    if account is None:
        raise NotThereError(f"there is no account {appid}")
    return account


ACTIONS: Actions = {
    ("GET", "accounts"): _accounts,
    ("POST", "accounts"): _create_account,
    ("POST", "accounts/update"): _update_account,
    ("POST", "accounts/reset_secret"): _reset_secret,
    ("POST", "accounts/invalidate_tokens"): _invalidate_tokens,
    ("POST", "accounts/verify_callback"): _verify_callback,
    ("GET", "events"): _events,
    ("POST", "quotas"): _set_quota,
    ("GET", "drafts"): _drafts,
    ("POST", "drafts/edit"): _edit_draft,
    ("POST", "drafts/delete"): _delete_draft,
    ("POST", "drafts/publish"): _publish_draft,
    ("POST", "articles/delete"): _delete_article,
    ("POST", "articles/ban"): _ban_article,
    ("POST", "mass/confirm"): _confirm_mass,
}
