"""Django's registration of the package."""

from django.apps import AppConfig


class ContentsConfig(AppConfig):
    """稿件."""

    name = "guanhao.contents"
    label = "contents"
    verbose_name = "稿件"
