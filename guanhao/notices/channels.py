"""Ways out of the house for a notice, behind one small contract. E-mail today; WeCom and DingTalk are two more lines.

A channel SHALL either send and return, or raise `ChannelError`, ``permanent`` where trying again cannot help. It SHALL
NOT retry by itself and SHALL NOT touch the database. It SHOULD pass on ``Message.key``, so that the far side can drop a
second copy.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Protocol

from django.core.mail import EmailMessage

_FOR_GOOD = 500  # SMTP answers from here on do not change by waiting.


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it goes out: to an address of the channel's kind, with a key that stays the same over retries."""

    to: str
    title: str
    body: str
    key: str


class ChannelError(Exception):
    """The message was not sent, as far as we know."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


class Channel(Protocol):
    """One way out."""

    def address(self, person: Addressee) -> str:
        """Where the person is reached by this channel; empty where they are not."""

    def send(self, message: Message) -> None:
        """Send one message, or raise `ChannelError`."""


class Addressee(Protocol):
    """A person, as far as channels need to know them."""

    email: str


class Email:
    """Mail by Django's configured backend."""

    def address(self, person: Addressee) -> str:
        """The person's mail address."""
        return person.email

    def send(self, message: Message) -> None:
        """Send a plain text mail.

        Raises:
            ChannelError: the server refused (permanent from 500 on) or could not be reached.
        """
        mail = EmailMessage(message.title, message.body, to=[message.to], headers={"Message-ID": message.key})
        sending(mail)


def sending(mail: EmailMessage) -> None:
    """Send a mail, saying in our terms what went wrong.

    Raises:
        ChannelError: the server refused (permanent from 500 on) or could not be reached.
    """
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code = max((answer[0] for answer in refusal.recipients.values()), default=0)
        raise ChannelError(
            f"The mail server refused the address ({code}).", permanent=code >= _FOR_GOOD
        ) from None
    except smtplib.SMTPResponseException as answer:
        raise ChannelError(
            f"The mail server answered {answer.smtp_code}.", permanent=answer.smtp_code >= _FOR_GOOD
        ) from None
    except (OSError, smtplib.SMTPException) as trouble:
        raise ChannelError(f"The mail server cannot be reached: {type(trouble).__name__}.") from None


CHANNELS: dict[str, Channel] = {"email": Email()}
