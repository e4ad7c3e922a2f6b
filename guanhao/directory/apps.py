"""Django's registration of the package."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """公开名录."""

    name = "guanhao.directory"
    label = "directory"
    verbose_name = "公开名录"
