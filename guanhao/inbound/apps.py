"""Django's registration of the package."""

from django.apps import AppConfig


class InboundConfig(AppConfig):
    """来信."""

    name = "guanhao.inbound"
    label = "inbound"
    verbose_name = "消息推送"
