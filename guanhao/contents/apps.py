"""Django's registration of the package."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ContentsConfig(AppConfig):
    """稿件."""

    name = "guanhao.contents"
    label = "contents"
    verbose_name = "稿件"

    def ready(self) -> None:
        """Hand the calendars with their holidays down to the approval engine, which counts its deadlines in them."""
        deadlines = import_module("guanhao.cases.deadlines")
        deadlines.count_with(import_module("guanhao.contents.days").calendar_of)
