"""Django's registration of the package."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """保管."""

    name = "guanhao.custody"
    label = "custody"
    verbose_name = "保管"
