"""Django's `migrate`, then SQLite's estimates, and the row-level policies of new tables on PostgreSQL (K4)."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from guanhao.core import estimates, faults, rowlevel


class Command(Migrate):
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
