"""Django's registration of the package."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """个人信息与安全."""

    name = "guanhao.privacy"
    label = "privacy"
    verbose_name = "个人信息与安全"

    def ready(self) -> None:
        """Hand the consents down to the checks of articles and the gate of publishing."""
        consents = import_module("guanhao.contents.consents")
        consents.read_with(import_module("guanhao.privacy.lacking").lacking)
