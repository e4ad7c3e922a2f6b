"""Operators' commands are tried on the cast, and on the publishing tests' world where something is sent."""

import uuid

import psycopg
import pytest
from django.conf import settings

from tests.publishing.conftest import running_sandbox, sandbox, time, world

__all__ = ["running_sandbox", "sandbox", "time", "world"]

ON_POSTGRES = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.fixture
def databases():
    """Two names of fresh databases for a plain role (PostgreSQL), or nothing: SQLite's lie in the machine's directory."""
    if not ON_POSTGRES:
        yield [{}, {}]
        return
    name = f"guanhao_drill_{uuid.uuid4().hex[:8]}"
    given = settings.DATABASES["default"]
    server = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as link:
        link.execute(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS")
        for number in (0, 1):
            link.execute(f"CREATE DATABASE {name}_{number} OWNER {name}")
    try:
        yield [
            {"GUANHAO_DATABASE": "postgres", "GUANHAO_PG_HOST": given["HOST"], "GUANHAO_PG_USER": name,
             "GUANHAO_PG_NAME": f"{name}_{number}"}
            for number in (0, 1)
        ]  # fmt: skip
    finally:
        with psycopg.connect(**server, autocommit=True) as link:
            for number in (0, 1):
                link.execute(f"DROP DATABASE {name}_{number} WITH (FORCE)")
            link.execute(f"DROP ROLE {name}")
