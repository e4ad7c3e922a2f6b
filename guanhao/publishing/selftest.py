"""The account's self-test: can a token be had, what may the account do, in plain words (platform page §2).

Only read-only calls. What was found is kept, so that the plan offers only what works. Each platform has its own test.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from guanhao.core import http
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.publishing import reports
from guanhao.publishing.reports import CONNECTION, Found, Line, Report
from guanhao.publishing.wechat import testing as wechat
from guanhao.publishing.weibo import testing as weibo
from guanhao.registry.actions import note_capability, set_sending, subject_of
from guanhao.registry.checks import may_connect
from guanhao.registry.models import Account
from guanhao.registry.tokens import NoToken
from guanhao.registry.types import CapabilityState

__all__ = ["Line", "Report", "run"]

# By the platform; one that is not here is published to by hand.
TESTS: dict[str, Callable[[Account, str], Found]] = {"wechat": wechat.test, "weibo": weibo.test}
_BY_HAND = Text(zh="该平台不通过接口发布，按手工发布办理。", en="This platform is published to by hand.")
_NO_ADDRESS = Text(
    zh="平台地址的设置不正确，请联系系统管理员。", en="The platform address is not set correctly."
)


def run(*, actor: Actor, account: Account) -> Report:
    """Test an account. Makes calls, so it must not run inside a transaction.

    Raises:
        Refused: without the permission and no holder.
    """
    require(may_connect(actor, account))
    test = TESTS.get(account.platform)
    if test is None:
        return Report((Line(CONNECTION, CapabilityState.UNKNOWN, _BY_HAND),), ok=False)
    try:
        found = test(account, f"selftest/{actor.id}")
    except NoToken as trouble:
        found = reports.without_token(trouble)
    except http.NotAllowed:
        found = Found((Line(CONNECTION, CapabilityState.UNKNOWN, _NO_ADDRESS),), connected=False)
    return _kept(actor, account, found)


@transaction.atomic
def _kept(actor: Actor, account: Account, found: Found) -> Report:
    for probed in found.probed:
        note_capability(account, probed.capability, probed.line.state, probed.errcode, probed.line.sentence)
    if found.kind:
        set_sending(actor=actor, account=account, kind=found.kind, mass_protection=account.mass_protection)
    report = Report((*found.lines, *(one.line for one in found.probed)), ok=found.ok)
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_TESTED,
        subject=subject_of(account),
        facts={"ok": report.ok, "lines": [[str(line.state), line.code] for line in report.lines]},
    )
    return report
