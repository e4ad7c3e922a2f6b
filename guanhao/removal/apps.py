"""Django's registration of the package."""

from django.apps import AppConfig


class RemovalConfig(AppConfig):
    """单位退出本系统."""

    name = "guanhao.removal"
    label = "removal"
    verbose_name = "单位退出本系统"
