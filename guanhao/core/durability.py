"""K11: what the database must be set to, so that a committed intent is still there after a power cut.

Asked of the live connection, not of our settings file: what an administrator changed elsewhere counts too.
"""

from __future__ import annotations

from django.db import connection

from guanhao.core.text import Text

LEAST_PATIENCE_MS = 5_000
_SQLITE = {
    "journal_mode": ({"wal"}, "WAL"),
    "synchronous": ({"2", "3"}, "FULL"),  # NORMAL may lose a committed transaction at power loss
    "foreign_keys": ({"1"}, "ON"),
}
_POSTGRES = {
    "synchronous_commit": ({"on", "remote_write", "remote_apply", "local"}, "on"),
    "fsync": ({"on"}, "on"),
    "default_transaction_isolation": ({"read committed"}, "read committed"),
}


class NotDurable(SystemExit):
    """The database is not set as publishing needs it; the text names each setting, what it is and what is right."""


def complaints() -> list[Text]:
    """Every setting that is not as K11 asks; empty when all is well."""
    return _sqlite() if connection.vendor == "sqlite" else _postgres()


def require() -> None:
    """Refuse to start on a database that may forget what it committed.

    Raises:
        NotDurable: with one sentence for each setting.
    """
    found = complaints()
    if found:
        raise NotDurable("\n".join(f"{text.zh}\n{text.en}" for text in found))


def _sqlite() -> list[Text]:
    found = [
        _wrong(f"PRAGMA {name}", value, right)
        for name, (good, right) in _SQLITE.items()
        if (value := _first(f"PRAGMA {name}")) not in good
    ]
    if (patience := _first("PRAGMA busy_timeout")) and int(patience) < LEAST_PATIENCE_MS:
        found.append(_wrong("PRAGMA busy_timeout", patience, f"≥ {LEAST_PATIENCE_MS}"))
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode")
    if mode != "IMMEDIATE":
        found.append(_wrong("transaction_mode", str(mode), "IMMEDIATE"))
    return found


def _postgres() -> list[Text]:
    return [
        _wrong(name, value, right)
        for name, (good, right) in _POSTGRES.items()
        if (value := _first(f"SHOW {name}")) not in good
    ]


def _first(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0]).lower()


def _wrong(name: str, value: str, right: str) -> Text:
    return Text(
        zh=f"数据库设置 {name} 为 {value}，应为 {right}：否则断电时可能丢失已提交的发布意向。",
        en=f"The database setting {name} is {value} and must be {right}: a committed intent could be lost otherwise.",
    )
