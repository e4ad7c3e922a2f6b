"""Django's registration of the package."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """人员."""

    name = "guanhao.people"
    label = "people"
    verbose_name = "人员"
