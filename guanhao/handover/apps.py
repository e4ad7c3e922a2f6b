"""Django's registration of the package."""

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    """工作交接."""

    name = "guanhao.handover"
    label = "handover"
    verbose_name = "工作交接"
