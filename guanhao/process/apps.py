"""Django's registration of the package."""

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """后果."""

    name = "guanhao.process"
    label = "process"
    verbose_name = "后果"
