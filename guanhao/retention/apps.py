"""Django's registration of the package."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """台账留存."""

    name = "guanhao.retention"
    label = "retention"
    verbose_name = "台账留存"
