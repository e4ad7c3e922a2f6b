"""Django's registration of the package."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """监测."""

    name = "guanhao.watch"
    label = "watch"
    verbose_name = "监测"
