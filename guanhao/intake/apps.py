"""Django's registration of the package."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """台账导入."""

    name = "guanhao.intake"
    label = "intake"
    verbose_name = "台账导入"
