"""Django's registration of the package."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """台账."""

    name = "guanhao.ledger"
    label = "ledger"
    verbose_name = "台账"
