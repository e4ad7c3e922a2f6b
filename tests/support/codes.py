"""What an authenticator app shows, asked for early enough in its half minute that it still counts when it is typed."""

from __future__ import annotations

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

TYPED_WITHIN = 5  # seconds


def code_of(secret: str) -> str:
    """The six digits of now; waits for the next ones where these are about to end, as a person would."""
    left = app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD
    if left < TYPED_WITHIN:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
