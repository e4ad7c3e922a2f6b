"""Password rules of our own (SI3, ASVS 6.2.11): no word of the institution."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guanhao.people.models import Institution


class ContextWords:
    """Refuse passwords that contain the product's or an institution's name or key."""

    _own = ("guanhao", "官号", "weixin", "wechat", "weibo")

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature.
        """Raise `ValidationError` where a context word of four letters (or any Chinese name) is part of the password."""
        lowered = password.lower()
        words = [*self._own]
        for key, name, short in Institution.objects.values_list("key", "name", "short_names"):
            words += [key, name, *short]
        if any(len(word) >= 4 and word.lower() in lowered for word in words) or any(  # noqa: PLR2004 - shorter words occur by chance.
            word in lowered for word in words if not word.isascii()
        ):
            raise ValidationError(_("密码不能含有单位名称或系统名称。"), code="password_context_word")

    def get_help_text(self) -> str:
        """What the sign-up page says."""
        return str(_("密码不能含有单位名称或系统名称。"))
