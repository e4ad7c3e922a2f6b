"""Weibo's side of a piece of work: its client, the token a person gave, its codes, and the account's few calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from guanhao.contents.content import Content
from guanhao.core.http import Hooks
from guanhao.core.verdicts import Denied
from guanhao.platforms.types import Answer, AnswerClass, Codes
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.calls import Call
from guanhao.platforms.weibo.client import Picture, Weibo
from guanhao.platforms.weibo.errors import CODES
from guanhao.publishing import work
from guanhao.publishing.checks import Barrier, Gate, items_of
from guanhao.publishing.outgoing import content_of
from guanhao.registry import budget, connections
from guanhao.registry.applications import weibo
from guanhao.registry.budget import NoBudget
from guanhao.registry.models import Connection
from guanhao.registry.tokens import NoToken, Token
from guanhao.registry.types import ConnectionEnd


@dataclass(slots=True)
class WeiboWork(work.Work):
    """A job on Weibo. No token is renewed here: only a person can, so one that is refused ends the connection."""

    codes: ClassVar[Codes] = CODES

    _client: Weibo | None = None
    _token: Token | None = field(default=None, repr=False)

    @property
    def client(self) -> Weibo:
        """The platform's client, made when it is first needed.

        Raises:
            NotAllowed: the configured address may not be spoken to.
        """
        if self._client is None:
            self._client = weibo()
        return self._client

    @property
    def uid(self) -> str:
        """The uid whose authorisation the account stands on."""
        return str(Connection.objects.values_list("uid", flat=True).get(account=self.account))

    @property
    def content(self) -> Content:
        """The one approved content of the job."""
        return content_of(items_of(self.job)[0].revision)

    def token(self) -> Token:
        """The account's token.

        Raises:
            NoToken: it was never authorised, or the authorisation is over.
        """
        if self._token is None:
            self._token = connections.token_of(self.account)
        return self._token

    def renew_token(self) -> Token:
        """The platform refused the token: the connection is over, and its holders hear it.

        Raises:
            NoToken: always, unless somebody authorised again meanwhile.
        """
        token = self.token()
        connections.lost(self.account, token.serial, ConnectionEnd.REFUSED)
        self._token = None
        return self.token()

    def ask(self, call: Call, purpose: Purpose, fields: Mapping[str, str] | None = None) -> Answer:
        """Make a call without public effect.

        Raises:
            NoToken: there is none, or the platform refused it.
            NoBudget: the account's calls are used up for this purpose.
        """
        self.keep()
        token = self.token()
        budget.spend(self.account, call, purpose)
        answer = self.client.ask(call, token.value, fields)
        if answer.outcome is AnswerClass.REFUSED_TOKEN:
            self.renew_token()
        return answer

    def share(self, status: str, picture: Picture | None, hooks: Hooks) -> Answer:
        """The one public call; its place among the account's calls was taken before the intent (`sending.ready`)."""
        address = str(self.job.operator_address or "")
        return self.client.share(self.token().value, status, address=address, picture=picture, hooks=hooks)


def until(trouble: NoBudget) -> work.Put:
    """A job without calls waits until there are some, and says when that is."""
    return work.Put(Gate(Denied(trouble.sentence), Barrier.HOLD), trouble.again_at)


__all__ = ["NoBudget", "NoToken", "WeiboWork", "until"]
