"""Everything that enforces clauses, imported, so that coverage is computed over the whole engine.

Each module declares what it enforces at import (`guanhao.rulebook.behaviours.enforces`), so importing every module of
every engine package finds all there is, and nothing here has to be kept true. The `guanhao rulebook` command loads this
module by name; that is why it sets Django up where nobody has.
"""

from __future__ import annotations

import os
import pkgutil
from importlib import import_module

import django
from django.apps import apps

from guanhao.core import randomness

ENGINE = (
    "guanhao.people",
    "guanhao.ledger",
    "guanhao.regulation",
    "guanhao.cases",
    "guanhao.registry",
    "guanhao.intake",
    "guanhao.contents",
    "guanhao.publishing",
    "guanhao.notices",
    "guanhao.duties",
    "guanhao.documents",
    "guanhao.directory",
    "guanhao.watch",
    "guanhao.applications",
    "guanhao.inspections",
    "guanhao.process",
)


def load_engine() -> list[str]:
    """Import every module of the engine; their names."""
    names = []
    for package in ENGINE:
        places = import_module(package).__path__
        for module in pkgutil.walk_packages(places, f"{package}."):
            if ".migrations" not in module.name and module.name != __name__:
                import_module(module.name)
                names.append(module.name)
    return names


if not apps.ready and not apps.apps_ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
    # Nothing is signed while a list of behaviours is read, and an operator may ask for it before any set-up.
    os.environ.setdefault("GUANHAO_SECRET_KEY", randomness.token_hex())
    django.setup()
load_engine()
