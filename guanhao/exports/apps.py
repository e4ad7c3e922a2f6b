"""Django's registration of the package."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """导出."""

    name = "guanhao.exports"
    label = "exports"
    verbose_name = "导出"
