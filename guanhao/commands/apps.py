"""Django's registration of the package."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """命令."""

    name = "guanhao.commands"
    label = "commands"
    verbose_name = "命令"
