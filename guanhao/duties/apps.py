"""Django's registration of the package."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """待办义务."""

    name = "guanhao.duties"
    label = "duties"
    verbose_name = "待办义务"
