"""Django's registration of the package."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """年检."""

    name = "guanhao.inspections"
    label = "inspections"
    verbose_name = "年检"
