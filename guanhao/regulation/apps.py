"""Django's registration of the package."""

from django.apps import AppConfig


class RegulationConfig(AppConfig):
    """制度."""

    name = "guanhao.regulation"
    label = "regulation"
    verbose_name = "制度"
