"""Django's registration of the package."""

from django.apps import AppConfig


class LexiconConfig(AppConfig):
    """词库."""

    name = "guanhao.lexicon"
    label = "lexicon"
    verbose_name = "词库"
