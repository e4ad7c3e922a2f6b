"""Django's registration of the package."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """发布."""

    name = "guanhao.publishing"
    label = "publishing"
    verbose_name = "发布"
