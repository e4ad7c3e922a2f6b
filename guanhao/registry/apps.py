"""Django's registration of the package."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """账号."""

    name = "guanhao.registry"
    label = "registry"
    verbose_name = "账号"
