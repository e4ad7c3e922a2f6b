"""The database: reachable, durable (K11), migrated, and with the second wall between institutions (K4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from guanhao.core import durability, rowlevel
from guanhao.core.text import Text
from guanhao.operating.checking.lines import Line, good, wrong

_DURABLE = Text(
    zh="在数据库配置中改回该值，再重新启动各进程。",
    en="Set it back in the database's configuration, then restart the processes.",
)
_ROLE = Text(
    zh="为本程序建立 NOSUPERUSER NOBYPASSRLS 的角色，并以它连接。",
    en="Make a role for the program with NOSUPERUSER NOBYPASSRLS and connect as that.",
)
_MIGRATE = Text(zh="运行 guanhao migrate。", en="Run: guanhao migrate")


def answers() -> Line:
    """Whether the database answers at all; without it nothing else of it can be asked."""
    name = str(connection.settings_dict["NAME"])
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return wrong(
            "database",
            Text(zh=f"数据库 {name} 连接不上：{first}", en=f"The database {name} cannot be reached: {first}"),
            Text(
                zh="检查数据库服务是否运行，以及 GUANHAO_DATABASE、GUANHAO_PG_* 或 GUANHAO_SQLITE_PATH。",
                en="See whether its service runs, and GUANHAO_DATABASE, GUANHAO_PG_* or GUANHAO_SQLITE_PATH.",
            ),
        )
    return good(
        "database", f"数据库可用（{connection.vendor}）", f"The database answers ({connection.vendor})"
    )


def lines() -> Iterator[Line]:
    """What is asked of a database that answers."""
    yield from _durable()
    yield _migrated()
    if connection.vendor == "postgresql":
        yield _role()
        yield _walls()


def _durable() -> Iterator[Line]:
    complaints = durability.complaints()
    for complaint in complaints:
        yield wrong("durable", complaint, _DURABLE)
    if not complaints:
        yield good("durable", "断电不丢已提交的数据", "What was committed survives a power cut")


def pending_migrations() -> list[str]:
    """Migrations that this program has and the database has not, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _migrated() -> Line:
    pending = pending_migrations()
    if not pending:
        return good("migrations", "数据库结构与程序一致", "The database's form is the program's")
    first = pending[0]
    found = Text(
        zh=f"有 {len(pending)} 项数据库升级未执行，第一项：{first}。",
        en=f"{len(pending)} migration(s) have not been applied, the first is {first}.",
    )
    return wrong("migrations", found, _MIGRATE)


def _role() -> Line:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        name, superuser, bypasses = cursor.fetchone()
    if superuser or bypasses:
        found = Text(
            zh=f"数据库角色 {name} 能绕过行级隔离。",
            en=f"The database role {name} walks around the row-level walls.",
        )
        return wrong("role", found, _ROLE)
    return good(
        "role", f"数据库角色 {name} 受行级隔离约束", f"The role {name} is bound by the row-level walls"
    )


def _walls() -> Line:
    existing = set(connection.introspection.table_names())
    bare = [table for table in rowlevel.unguarded_tables() if table in existing]
    if bare:
        found = Text(
            zh=f"这些表没有行级隔离：{'、'.join(bare)}", en=f"Without row-level policy: {', '.join(bare)}"
        )
        return wrong("walls", found, _MIGRATE)
    return good("walls", "每张分机构的表都有行级隔离", "Every table of institutions has its row-level policy")
