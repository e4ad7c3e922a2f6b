"""Migrations that are whole or not there, wherever the process dies (BK3)."""

from __future__ import annotations

from typing import Any

from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from guanhao.core import faults


class WholeExecutor(MigrationExecutor):
    """Django's executor, except that a migration is recorded in the transaction that makes it.

    Django records a migration with deferred statements (indexes, foreign keys) only after the commit. A process killed
    in between leaves its tables without the record, and the next call fails because they are already there.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """Apply and record ``migration`` in one transaction; what is faked, squashed or takes no transaction is Django's."""
        if fake or fake_initial or migration.replaces or not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        self._tell("apply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
            _run_deferred(editor)
            self.recorder.record_applied(migration.app_label, migration.name)
        faults.point("migration_made")
        self._tell("apply_success", migration)
        return state

    def _tell(self, action: str, migration: Migration) -> None:
        if self.progress_callback:
            self.progress_callback(action, migration, False)


def _run_deferred(editor: Any) -> None:
    """What the schema editor would run as the last thing before it commits."""
    for statement in editor.deferred_sql:
        editor.execute(statement, None)
    editor.deferred_sql.clear()
