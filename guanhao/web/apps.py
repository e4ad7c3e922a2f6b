"""Django's registration of the package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """页面."""

    name = "guanhao.web"
    label = "web"
    verbose_name = "页面"
