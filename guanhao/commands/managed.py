"""Runs a management command as a sub-command of `guanhao`: same options, one plain sentence where it fails.

Exit codes are those of `guanhao.operating.trouble`: 0 done · 1 something is wrong · 2 not carried out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import django
from django.apps import apps

if not apps.apps_ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
    django.setup()

from django.core.management import load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from guanhao.operating.trouble import GOOD, NOT_DONE

# What it is called on the command line → the management command that does it.
MANAGED = {
    "backup": "backup",
    "check": "check_installation",
    "create-institution": "create_institution",
    "duties": "duties",
    "init-keys": "init_keys",
    "jobs": "jobs",
    "migrate": "migrate",
    "reconcile": "reconcile",
    "rekey": "rekey",
    "remove-institution": "remove_institution",
    "restore": "restore",
    "worker": "worker",
}


def main(argv: Sequence[str], *, name: str) -> int:
    """Run one command; answers its exit code."""
    command = load_command_class("guanhao.commands", MANAGED[name])
    try:
        options = _options(command, name, argv)
        return _run(command, options)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.returncode
    except DatabaseError as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        sys.stderr.write(f"数据库不可用：{first}。运行 guanhao check 查看。\n")
        sys.stderr.write(f"The database cannot be used: {first}. See: guanhao check\n")
        return NOT_DONE


def _options(command: BaseCommand, name: str, argv: Sequence[str]) -> dict[str, Any]:
    parser = command.create_parser("guanhao", name)
    parser.called_from_command_line = True  # so that a wrong call is argparse's usage line and exit code 2
    return vars(parser.parse_args(list(argv)))


def _run(command: BaseCommand, options: dict[str, Any]) -> int:
    arguments = options.pop("args", ())
    try:
        command.execute(*arguments, **options)
    except SystemExit as left:
        if isinstance(left.code, str):
            sys.stderr.write(f"{left.code}\n")
            return NOT_DONE
        return int(left.code or GOOD)
    return GOOD
