"""Django's registration of the package."""

from django.apps import AppConfig


class StepsConfig(AppConfig):
    """后台步骤."""

    name = "guanhao.steps"
    label = "steps"
    verbose_name = "后台步骤"
