"""Words of the watch."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Likeness(TextChoices):
    """What a name looks like; a person decides."""

    OURS = "ours", _("已登记账号")
    TO_GOVERN = "to_govern", _("像我方账号")
    IMPOSTOR = "impostor", _("疑似冒名")
    NONE = "none", _("不相干")


class SightingState(TextChoices):
    """What a person decided about a sighting."""

    OPEN = "open", _("待认定")
    OURS = "ours", _("我方账号")
    TO_GOVERN = "to_govern", _("应纳入管理")
    IMPOSTOR = "impostor", _("冒名")
    NOTHING = "nothing", _("与我无关")
