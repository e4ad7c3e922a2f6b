"""Words of custody: why a secret counts as known to somebody it must not be known to, and how its replacement is proven."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guanhao.registry.types import SecretKind


class ExposureWhy(TextChoices):
    """Why a secret has to be replaced (SE4, SE5)."""

    LEFT = "left", _("保管或看过的人已离任")
    TRANSFERRED = "transferred", _("保管或看过的人已调离")
    HOLDER_REMOVED = "holder_removed", _("保管人已更换")
    EMERGENCY = "emergency", _("应急查看之后")
    LEAKED = "leaked", _("报告泄露")


class ProofHow(TextChoices):
    """Who says that the platform takes the new secret and no longer the old one."""

    ACCEPTED = "accepted", _("平台已验证")
    ATTESTED = "attested", _("第二人确认")


# What a person may ever see. A token fetched by the machine is nobody's to know.
REVEALABLE = frozenset(
    {SecretKind.PASSWORD, SecretKind.APP_SECRET, SecretKind.CALLBACK_KEY, SecretKind.CALLBACK_TOKEN}
)
REVEAL_GOOD_FOR = timedelta(minutes=5)  # SE3
MOST_REVEALS_A_DAY = 10  # per person, where the rulebook sets no number
ASK_GOOD_FOR = timedelta(hours=24)  # how long an emergency waits for two others
GRANT_GOOD_FOR = timedelta(hours=1)
VOICES = 2  # SE5: two others
