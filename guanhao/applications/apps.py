"""Django's registration of the package."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """申请."""

    name = "guanhao.applications"
    label = "applications"
    verbose_name = "申请"
