"""WeChat's side of a piece of work: its client, its token's owner, its codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings

from guanhao.core import http
from guanhao.platforms.types import Answer, AnswerClass, Codes
from guanhao.platforms.wechat.calls import Call
from guanhao.platforms.wechat.client import HOSTS, Upload, WeChat
from guanhao.platforms.wechat.errors import CODES
from guanhao.publishing import work
from guanhao.registry import tokens


def client() -> WeChat:
    """A client of the configured WeChat address.

    Raises:
        NotAllowed: the address may not be spoken to (security §4.1).
    """
    return WeChat(http.caller(settings.WECHAT_BASE_URL, HOSTS, seconds=work.CALL_SECONDS))


@dataclass(slots=True)
class WeChatWork(work.Work):
    """A job on WeChat; the token is fetched once and renewed once."""

    codes: ClassVar[Codes] = CODES

    _client: WeChat | None = None
    _token: tokens.Token | None = field(default=None, repr=False)

    @property
    def client(self) -> WeChat:
        """The platform's client, made when it is first needed.

        Raises:
            NotAllowed: the configured address may not be spoken to.
        """
        if self._client is None:
            self._client = client()
        return self._client

    def token(self) -> tokens.Token:
        """The account's token.

        Raises:
            NoToken: none can be had now.
        """
        if self._token is None:
            self._token = tokens.token_for(self.account, self.client, self.worker.name)
        return self._token

    def token_at_hand(self) -> bool:
        """Whether the token is stored and fresh, and the address one that may be spoken to."""
        try:
            known = self.client and (self._token or tokens.at_hand(self.account))
        except http.NotAllowed:
            return False
        self._token = known or None
        return self._token is not None

    def renew_token(self) -> tokens.Token:
        """Another token after the platform refused this one (SE7).

        Raises:
            NoToken: none can be had now.
        """
        self._token = tokens.after_refusal(self.account, self.client, self.worker.name, self.token())
        return self._token

    def ask(
        self,
        call: Call,
        payload: Mapping[str, Any] | None = None,
        *,
        upload: Upload | None = None,
        query: Mapping[str, str] | None = None,
        hooks: http.Hooks = http.Hooks(),  # noqa: B008 - frozen and empty.
    ) -> Answer:
        """Make a call without public effect; a refused token is renewed once and the call made again."""
        self.keep()
        answer = self.client.ask(call, self.token().value, payload, upload=upload, query=query, hooks=hooks)
        if answer.outcome is not AnswerClass.REFUSED_TOKEN:
            return answer
        token = self.renew_token().value
        return self.client.ask(call, token, payload, upload=upload, query=query, hooks=hooks)
