"""Django's registration of the package."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "guanhao.cases"
    label = "cases"
    verbose_name = "办件"
