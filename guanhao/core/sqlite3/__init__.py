"""Django's SQLite back end, with writers taking turns (docs/decisions/0006)."""
