"""Django's registration of the package."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """表格与文书."""

    name = "guanhao.documents"
    label = "documents"
    verbose_name = "表格与文书"
