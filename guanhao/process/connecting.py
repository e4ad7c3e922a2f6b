"""What follows from an account's authorisation: whoever holds the account hears that it ends, in time to renew it."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.notices.actions import notify
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled
from guanhao.registry.models import Account
from guanhao.registry.types import ConnectionEnd

CONNECTION = "connection"
_HOUR, _DAY = 3600, 86400
_RENEW = Text(
    "打开账号页，点“续期授权”，在微博页面上确认即可；到期后排好的微博不会发出。",
    "Open the account's page, press Renew and confirm on Weibo's page; after the end nothing planned goes out.",
)
_WHY = {
    ConnectionEnd.EXPIRED: Text("授权已到期。", "The authorisation has run out."),
    ConnectionEnd.REFUSED: Text(
        "微博不再接受这份授权：可能在微博上被撤销，或被另一次授权取代。",
        "Weibo no longer accepts it: withdrawn on weibo.com, or replaced by another authorisation.",
    ),
    ConnectionEnd.DISCONNECTED: Text("已由本校人员断开。", "It was disconnected by somebody here."),
}


def tell_ending(event: Event, name: str) -> None:
    """An authorisation ends soon: those who hold the account are told while it still does (weibo.md §2.2)."""
    account = _account(event)
    if account.connection.ended_at is not None or account.token.serial != event.facts.get("serial"):
        return  # Renewed, or over, before anybody was told.
    seconds = int(event.facts["seconds"])
    left = (
        Text(f"{seconds // _DAY} 天内", f"within {seconds // _DAY} days")
        if seconds >= _DAY
        else Text(f"{seconds // _HOUR} 小时内", f"within {seconds // _HOUR} hours")
    )
    title = Text(f"微博授权{left.zh}到期：{{label}}", f"The Weibo authorisation ends {left.en}: {{label}}")
    ends = Text(f"到期时间 {event.facts['ends']}。", f"It ends at {event.facts['ends']}. ")
    notify(
        event=event,
        consequence=name,
        persons=recipients.running(account),
        kind=CONNECTION,
        title=filled(title, label=account.name),
        body=Text(ends.zh + _RENEW.zh, ends.en + _RENEW.en),
        link=links.connection(account.pk),
    )


def tell_ended(event: Event, name: str) -> None:
    """An authorisation is over, whoever ended it: those who hold the account hear why, except who did it."""
    account = _account(event)
    if account.connection.ended_at is None:
        return
    why = _WHY[ConnectionEnd(event.facts["why"])]
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(recipients.running(account), acting_person(event)),
        kind=CONNECTION,
        title=filled(
            Text("微博授权已失效：{label}", "The Weibo authorisation is over: {label}"), label=account.name
        ),
        body=Text(why.zh + _RENEW.zh, f"{why.en} {_RENEW.en}"),
        link=links.connection(account.pk),
    )


def _account(event: Event) -> Account:
    account: Account = Account.objects.select_related("connection", "token").get(pk=event.subject_id)
    return account
