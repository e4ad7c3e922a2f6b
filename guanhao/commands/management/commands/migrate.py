"""Django's `migrate`, each migration whole (BK3); then SQLite's estimates and PostgreSQL's row-level policies (K4)."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from guanhao.core import estimates, faults, rowlevel
from guanhao.core.migrating import WholeExecutor

# Django's command finds its executor by this name in its own module; it offers no other way to choose one.
migrate.MigrationExecutor = WholeExecutor  # type: ignore[attr-defined] # The stubs leave out what it imports.


class Command(migrate.Command):
    """Migrate, then guard every table that belongs to institutions."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command; guard after a real migration, not after a plan or a check."""
        super().handle(*args, **options)
        faults.point("migrated_before_walls")
        if options.get("plan") or options.get("check_unapplied"):
            return
        estimates.renew()
        guarded = rowlevel.guard_tables()
        if guarded and options["verbosity"] > 0:
            self.stdout.write(f"  Row-level policies added: {len(guarded)}")
