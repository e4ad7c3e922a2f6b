"""Django's registration of the package."""

from django.apps import AppConfig


class LimitingConfig(AppConfig):
    """How often one may."""

    name = "guanhao.limiting"
    label = "limiting"
    verbose_name = "使用频率"
