"""Django's registration of the package."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """通知."""

    name = "guanhao.notices"
    label = "notices"
    verbose_name = "通知"
