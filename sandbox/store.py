"""The sandbox's memory: one SQLite file, one connection, one lock, so that it survives a restart.

One writer at a time is enough for a few hundred requests a second and rules out every race inside the sandbox
itself: what a test observes is then the client's doing.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES = (
    """CREATE TABLE IF NOT EXISTS memo (name TEXT PRIMARY KEY, value TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS switches (account TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (account, name))""",
    """CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL,
        seen INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS accounts (appid TEXT PRIMARY KEY, document TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, account TEXT NOT NULL, family TEXT NOT NULL,
        expires_at REAL NOT NULL, dead_at REAL)""",
    """CREATE INDEX IF NOT EXISTS tokens_of ON tokens (account, family)""",
    """CREATE TABLE IF NOT EXISTS counters (account TEXT NOT NULL, name TEXT NOT NULL, period TEXT NOT NULL,
        used INTEGER NOT NULL, PRIMARY KEY (account, name, period))""",
    """CREATE TABLE IF NOT EXISTS quotas (account TEXT NOT NULL, path TEXT NOT NULL, daily INTEGER, per_minute INTEGER,
        PRIMARY KEY (account, path))""",
    """CREATE TABLE IF NOT EXISTS media (media_id TEXT PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL,
        permanent INTEGER NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL, content BLOB NOT NULL,
        sha256 TEXT NOT NULL, picture TEXT, description TEXT NOT NULL, created_at REAL NOT NULL,
        visible_at REAL NOT NULL, deleted_at REAL)""",
    """CREATE INDEX IF NOT EXISTS media_of ON media (account, kind, permanent)""",
    """CREATE UNIQUE INDEX IF NOT EXISTS media_picture ON media (picture)""",
    """CREATE TABLE IF NOT EXISTS drafts (number INTEGER PRIMARY KEY AUTOINCREMENT, media_id TEXT NOT NULL UNIQUE,
        account TEXT NOT NULL, state TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
        preview TEXT NOT NULL, articles TEXT NOT NULL, originals TEXT NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS drafts_of ON drafts (account, state)""",
    """CREATE TABLE IF NOT EXISTS tasks (number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,
        media_id TEXT NOT NULL, submitted_at REAL NOT NULL, due_at REAL NOT NULL, status INTEGER NOT NULL,
        snapshot TEXT NOT NULL, fail_idx TEXT NOT NULL DEFAULT '[]', article_id TEXT, msg_data_id INTEGER NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS tasks_due ON tasks (due_at) WHERE status = 1""",
    """CREATE TABLE IF NOT EXISTS articles (number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE,
        account TEXT NOT NULL, channel TEXT NOT NULL, msg_data_id INTEGER NOT NULL, published_at REAL NOT NULL,
        updated_at REAL NOT NULL, items TEXT NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS articles_of ON articles (account, channel)""",
    """CREATE INDEX IF NOT EXISTS articles_by_message ON articles (msg_data_id)""",
    """CREATE TABLE IF NOT EXISTS mass_jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,
        clientmsgid TEXT NOT NULL, called_at REAL NOT NULL, tried_at REAL NOT NULL, due_at REAL NOT NULL,
        status TEXT NOT NULL, waits INTEGER NOT NULL, message TEXT NOT NULL, media_id TEXT NOT NULL,
        article_id TEXT, msg_data_id INTEGER NOT NULL, report TEXT NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS mass_jobs_due ON mass_jobs (due_at) WHERE status = 'SENDING'""",
    """CREATE TABLE IF NOT EXISTS wechat_comments (number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,
        msg_data_id INTEGER NOT NULL, idx INTEGER NOT NULL, user_comment_id INTEGER NOT NULL, openid TEXT NOT NULL,
        content TEXT NOT NULL, created_at REAL NOT NULL, elected INTEGER NOT NULL DEFAULT 0, reply TEXT,
        ended TEXT NOT NULL DEFAULT '', UNIQUE (msg_data_id, idx, user_comment_id))""",
    """CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,
        event TEXT NOT NULL, message TEXT NOT NULL, due_at REAL NOT NULL, deliveries INTEGER NOT NULL,
        state TEXT NOT NULL, nonce TEXT NOT NULL, answers TEXT NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS events_due ON events (due_at) WHERE state = 'waiting'""",
    """CREATE TABLE IF NOT EXISTS ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, received_at REAL NOT NULL,
        method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, account TEXT NOT NULL, token TEXT NOT NULL,
        body_bytes INTEGER NOT NULL, body_sha256 TEXT NOT NULL, decisive TEXT NOT NULL, faults TEXT NOT NULL,
        effects TEXT NOT NULL, delivered TEXT NOT NULL, http_status INTEGER NOT NULL, errcode INTEGER,
        response TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS public_effects (seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, account TEXT NOT NULL,
        kind TEXT NOT NULL, channel TEXT NOT NULL, article_id TEXT NOT NULL, idx INTEGER NOT NULL,
        title TEXT NOT NULL, url TEXT NOT NULL, source_url TEXT NOT NULL, content_sha256 TEXT NOT NULL,
        publish_id TEXT NOT NULL, cause TEXT NOT NULL)""",
)
_WEIBO_TABLES = (
    """CREATE TABLE IF NOT EXISTS weibo_documents (kind TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (kind, name))""",
    """CREATE TABLE IF NOT EXISTS weibo_codes (code TEXT PRIMARY KEY, app_key TEXT NOT NULL, uid TEXT NOT NULL,
        redirect_uri TEXT NOT NULL, scope TEXT NOT NULL, created_at REAL NOT NULL, used_at REAL)""",
    """CREATE TABLE IF NOT EXISTS weibo_tokens (number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE,
        app_key TEXT NOT NULL, uid TEXT NOT NULL, scope TEXT NOT NULL, created_at REAL NOT NULL,
        expires_at REAL NOT NULL, ended TEXT NOT NULL DEFAULT '')""",
    """CREATE INDEX IF NOT EXISTS weibo_tokens_of ON weibo_tokens (app_key, uid)""",
    """CREATE TABLE IF NOT EXISTS weibo_cancels (number INTEGER PRIMARY KEY AUTOINCREMENT, app_key TEXT NOT NULL,
        uid TEXT NOT NULL, auth_end INTEGER NOT NULL, answer TEXT)""",
    """CREATE TABLE IF NOT EXISTS weibo_calls (number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL,
        app_key TEXT NOT NULL, uid TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS weibo_calls_of ON weibo_calls (uid, at)""",
    """CREATE TABLE IF NOT EXISTS weibo_links (short TEXT PRIMARY KEY, long TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS weibo_pictures (pid TEXT PRIMARY KEY, mime TEXT NOT NULL, content BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS weibo_posts (mid INTEGER PRIMARY KEY, uid TEXT NOT NULL, app_key TEXT NOT NULL,
        received TEXT NOT NULL, text TEXT NOT NULL, pid TEXT NOT NULL, reposted INTEGER, test_only INTEGER NOT NULL,
        created_at REAL NOT NULL, moderate_at REAL, ended TEXT NOT NULL DEFAULT '')""",
    """CREATE INDEX IF NOT EXISTS weibo_posts_of ON weibo_posts (uid, mid)""",
    """CREATE TABLE IF NOT EXISTS weibo_comments (cid INTEGER PRIMARY KEY, mid INTEGER NOT NULL, uid TEXT NOT NULL,
        app_key TEXT NOT NULL, text TEXT NOT NULL, reply_to INTEGER, created_at REAL NOT NULL,
        deleted INTEGER NOT NULL DEFAULT 0)""",
    """CREATE INDEX IF NOT EXISTS weibo_comments_of ON weibo_comments (mid, cid)""",
)
_APPEND_ONLY = ("ledger", "public_effects")


class Store:
    """The database behind one lock. Every statement runs inside ``transaction()``."""

    def __init__(self, path: Path) -> None:
        """Open, or create, the database at ``path``."""
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # A killed process loses nothing under NORMAL; only a power cut could, and a sandbox may lose that.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        # An older database gets the tables it lacks; columns never change, they would be another table.
        with self.transaction():
            self._create()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and a transaction; commit at the end, roll back on an exception. Re-entrant."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo the writes of the block, and only these, when it raises: a refused call leaves no trace."""
        self._connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO step")
            raise
        finally:
            self._connection.execute("RELEASE step")

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement; answer the number of rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def insert(self, statement: str, *values: Any) -> int:
        """Execute one INSERT; answer the number the row was given."""
        return int(self._connection.execute(statement, values).lastrowid or 0)

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Answer all rows of a query."""
        return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """Answer the first row of a query, or nothing."""
        found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return found

    def number(self, statement: str, *values: Any) -> int:
        """Answer the single number a query yields, 0 when it yields none."""
        found = self.row(statement, *values)
        return int(found[0] or 0) if found else 0

    def reset(self) -> None:
        """Forget everything, ledger included: the tables are dropped and made anew."""
        with self.transaction():
            for name in self._table_names():
                self.run(f'DROP TABLE "{name}"')
            self._create()

    def close(self) -> None:
        """Close the database; nothing may be called afterwards."""
        with self._lock:
            self._connection.close()

    def _table_names(self) -> list[str]:
        found = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return [row["name"] for row in found]

    def _create(self) -> None:
        for statement in (*_TABLES, *_WEIBO_TABLES):
            self.run(statement)
        for table in _APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                self.run(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
