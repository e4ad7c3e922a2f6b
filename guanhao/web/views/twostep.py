"""Changes of how a person signs in, recorded with them in one transaction (LG1): second factor, its spare codes, password."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.http import HttpResponse

from guanhao.ledger.types import Action
from guanhao.web.signin import record_session


class Recorded:
    """allauth's view with an event beside what it does: both are there, or neither."""

    action = Action.SESSION_SECOND_FACTOR_CHANGED
    what: str
    request: Any

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Do as allauth does, then write it down. No secret is among the facts."""
        user = self.request.user
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc] # the view beside this one has it.
        record_session(self.request, user, self.action, facts={"what": self.what})
        return answer


class SetUp(Recorded, ActivateTOTPView):  # type: ignore[misc] # allauth ships no types.
    """A second factor is set up."""

    what = "set_up"


class Remove(Recorded, DeactivateTOTPView):  # type: ignore[misc] # allauth ships no types.
    """The second factor is removed."""

    what = "removed"


class NewCodes(Recorded, GenerateRecoveryCodesView):  # type: ignore[misc] # allauth ships no types.
    """Spare codes are made anew; the ones before no longer hold."""

    what = "codes_renewed"


class Password(Recorded, PasswordChangeView):  # type: ignore[misc] # allauth ships no types.
    """The password is changed."""

    action = Action.SESSION_PASSWORD_CHANGED
    what = "changed"


set_up = SetUp.as_view()
remove = Remove.as_view()
new_codes = NewCodes.as_view()
password = Password.as_view()
