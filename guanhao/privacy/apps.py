"""Django's registration of the package."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """个人信息与安全."""

    name = "guanhao.privacy"
    label = "privacy"
    verbose_name = "个人信息与安全"
