"""What an account's page shows of its connection with Weibo, and what the page of the institution's app shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.inbound.cancelling import cancel_address
from guanhao.registry import applications, budget, connections, consents
from guanhao.registry.applications import WEIBO, app_of
from guanhao.registry.models import Account, Connection, Consent, PlatformApp
from guanhao.registry.types import ConnectionEnd
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer, WebRequest

_ENDS_SOON = max(connections.WARNINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The connection of one account. ``asking`` is a consent of the viewer's that still has to be confirmed."""

    app: PlatformApp | None
    row: Connection | None
    mark: Mark
    ends: datetime | None
    soon: bool
    spent: budget.Spent
    asking: Consent | None

    @property
    def alive(self) -> bool:
        """Whether there is a token that has not ended."""
        return self.ends is not None and self.ends > clock.now()


def connection_of(viewer: Viewer, account: Account) -> Connected | None:
    """The connection of a Weibo account; nothing for accounts of other platforms."""
    if account.platform != WEIBO:
        return None
    row = Connection.objects.select_related("by").filter(account=account).first()
    ends = connections.expires_at(account)
    return Connected(
        app=app_of(account.institution_id),
        row=row,
        mark=_mark(row, ends),
        ends=ends,
        soon=ends is not None and ends - clock.now() <= _ENDS_SOON,
        spent=budget.spent(account),
        asking=consents.asking(account, viewer.person),
    )


def _mark(row: Connection | None, ends: datetime | None) -> Mark:
    if row is None:
        return Mark(_("未连接"), NEUTRAL)
    if ends is None or ends <= clock.now():
        why = str(ConnectionEnd(row.ended_why).label) if row.ended_why else _("已到期")
        return Mark(why, BLOCKED, "alert-triangle")
    if ends - clock.now() <= timedelta(days=2):
        return Mark(_("即将到期"), WAITING, "clock")
    return Mark(_("已连接"), DONE, "check")


def connection_page(account: Account) -> str:
    """The part of the account's page that shows it."""
    return f"{reverse('account_interface', args=[account.pk])}#connection"


def session_key(request: WebRequest) -> str:
    """The key of the browser's session, to which a request for consent is bound."""
    return str(request.session.session_key or "")


def app_context(viewer: Viewer) -> dict[str, Any]:
    """The institution's app as it is written down, and what the form begins with."""
    app = app_of(viewer.institution.pk)
    initial: dict[str, Any] = {"redirect_uri": applications.usual_redirect()}
    if app is not None:
        initial |= {
            "key": app.key,
            "redirect_uri": app.redirect_uri,
            "safe_domains": "\n".join(app.safe_domains),
            "reviewed": app.reviewed,
            "may_delete": app.may_delete,
        }
    return {
        "app": app,
        "initial": initial,
        "usual": applications.usual_redirect(),
        "cancel": cancel_address(viewer.institution),
    }
