"""Looks at what connected accounts show on their platform; `registry.faces` says what that comes to (ruian-6.4, ruian-15).

Read-only calls, each account by itself: what one platform refuses or does not answer leaves the others' looks alone, and
"could not be asked" is never taken for "nothing is shown".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from guanhao.core import clock, http
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.people.models import Institution
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.wechat import calls, reading
from guanhao.platforms.wechat.errors import CODES
from guanhao.publishing.wechat import connection
from guanhao.registry import faces, tokens
from guanhao.registry.checks import is_connected, may_connect
from guanhao.registry.faces import Judged, Lines
from guanhao.registry.models import Account
from guanhao.registry.types import IN_USE, FacePart
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Watch

OFTEN = timedelta(hours=20)  # an account that was looked at within this is left for the next day's look
_WECHAT: Mapping[FacePart, tuple[calls.Call, Callable[[Mapping[str, object]], Lines]]] = {
    FacePart.MENU: (calls.MENU_SHOWN, reading.menu_lines),
    FacePart.PROFILE: (calls.BASIC_INFO, reading.profile_lines),
}


def watched(institution: Institution) -> Iterator[tuple[Account, dict[FacePart, Watch]]]:
    """The accounts whose face the rulebook watches and whose platform can be asked."""
    try:
        rulebook = in_force(institution).rulebook
    except NoRulebook:
        return
    for account in Account.objects.filter(platform="wechat", state__in=IN_USE).select_related(
        "owner_unit", "institution"
    ):
        clauses = parts_of(account, rulebook)
        if clauses and is_connected(account):
            yield account, clauses


def parts_of(account: Account, rulebook: Rulebook) -> dict[FacePart, Watch]:
    """Which parts of its face are watched, each with its clause."""
    found = {part: faces.watch_of(account, part, rulebook) for part in FacePart}
    return {part: watch for part, watch in found.items() if watch is not None}


def look_at_all(institution: Institution) -> int:
    """Look at every account that nobody looked at today; how many answered. Makes calls, so never inside a transaction."""
    since, looked = clock.now() - OFTEN, 0
    for account, clauses in watched(institution):
        if account.faces.filter(seen_at__gt=since).count() == len(clauses):
            continue
        looked += bool(_looked(faces.WATCH, account, clauses)[0])
    return looked


def look_now(*, actor: Actor, account: Account) -> dict[FacePart, Judged]:
    """Look at one account because somebody asks.

    Raises:
        Refused: without the permission and no holder; the rulebook watches nothing of it; or the platform did not answer,
            in its own words.
    """
    require(may_connect(actor, account))
    clauses = parts_of(account, in_force(account.institution).rulebook)
    if not clauses or account.platform != "wechat" or not is_connected(account):
        raise Refused(
            Denied(Text(zh="这个账号没有可核对的内容。", en="Nothing of this account can be compared."))
        )
    found, trouble = _looked(actor, account, clauses)
    if not found and trouble is not None:
        raise Refused(Denied(trouble))
    return found


def _looked(
    actor: Actor, account: Account, clauses: Mapping[FacePart, Watch]
) -> tuple[dict[FacePart, Judged], Text | None]:
    """What each part came to, and why the last one that did not answer did not."""
    found: dict[FacePart, Judged] = {}
    trouble: Text | None = None
    for part, watch in clauses.items():
        call, lines = _WECHAT[part]
        try:
            answer = _asked(account, call)
        except tokens.NoToken as none:
            return found, none.sentence
        except http.NotAllowed:
            return found, Text(zh="平台地址的设置不正确。", en="The platform address is not set correctly.")
        if answer.done:
            found[part] = faces.keep(
                actor=actor, account=account, watch=watch, part=part, shown=lines(answer.data)
            )
        else:
            trouble = CODES.sentence(answer)
    return found, trouble


def _asked(account: Account, call: calls.Call) -> Answer:
    """One call; a refused token is renewed once."""
    client = connection.client()
    token = tokens.token_for(account, client, "faces")
    answer = client.ask(call, token.value)
    if answer.outcome is not AnswerClass.REFUSED_TOKEN:
        return answer
    return client.ask(call, tokens.after_refusal(account, client, "faces", token).value)
