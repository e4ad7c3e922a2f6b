"""`guanhao rulebook check | show | coverage | diff | schema`. Chinese by default; imports no Django by itself.

Exit codes: 0 fine; 1 the file has problems (for `diff`: the versions differ); 2 a wrong call (for `diff`: or problems).
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from guanhao.core.text import Text
from guanhao.rulebook import reports
from guanhao.rulebook.behaviours import registered
from guanhao.rulebook.coverage import coverage
from guanhao.rulebook.diff import diff
from guanhao.rulebook.loading import load
from guanhao.rulebook.problems import Problem, RulebookError
from guanhao.rulebook.schema import rulebook_schema

FINE, PROBLEMS, TROUBLE = 0, 1, 2
# Importing this registers what the engine enforces; it sets up Django itself, which this package must not know.
ENGINE = "guanhao.process.behaviours"


def main(argv: Sequence[str]) -> int:
    """Run one of the five sub-commands; answers the exit code."""
    options = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="机器可读输出 / machine-readable output")
    common.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")
    parser = argparse.ArgumentParser(prog="guanhao rulebook", description="制度文件 / rulebook files")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, files, help_text) in COMMANDS.items():
        command = commands.add_parser(name, parents=[common], help=help_text)
        command.set_defaults(run=run)
        if files is not None:
            command.add_argument("files", nargs=files, type=Path, metavar="FILE")
        if name == "show":
            command.add_argument("--article", default="", help="只看这一条，例如 16 / only this article")
    return parser


def _check(options: argparse.Namespace) -> int:
    """Every problem of every file."""
    reported = {str(file): _problems(file) for file in options.files}
    _write(reports.problems(reported, options.lang), reports.problems_data(reported), options)
    return PROBLEMS if any(reported.values()) else FINE


def _problems(file: Path) -> tuple[Problem, ...]:
    try:
        load(file)
    except RulebookError as error:
        return error.problems
    return ()


def _show(options: argparse.Namespace) -> int:
    """A rulebook as people read it, or one article of it."""
    try:
        rulebook = load(options.files[0])
    except RulebookError as error:
        return _refuse(error, options, PROBLEMS)
    articles = [article for article in rulebook.articles if options.article in {"", article.no, article.id}]
    if not articles:
        known = Text(zh=f"没有第 {options.article} 条。", en=f"There is no article {options.article}.")
        sys.stderr.write(known.in_language(options.lang) + "\n")
        return PROBLEMS
    _write(
        reports.articles(rulebook, articles, options.lang), reports.articles_data(rulebook, articles), options
    )
    return FINE


def _coverage(options: argparse.Namespace) -> int:
    """How far each clause of each file is carried out by what is installed here."""
    try:
        rulebooks = [load(file) for file in options.files]
    except RulebookError as error:
        return _refuse(error, options, PROBLEMS)
    _load_engine(options.lang)
    covered = {rulebook.key: coverage(rulebook, registered()) for rulebook in rulebooks}
    _write(reports.coverage(covered, options.lang), reports.coverage_data(covered), options)
    return FINE


def _load_engine(language: str) -> None:
    if find_spec(ENGINE) is not None:
        import_module(ENGINE)
        return
    missing = Text(
        zh="未找到执行部分，全部按“已写明，尚未落实”列出。",
        en="No engine found; everything is listed as declared.",
    )
    sys.stderr.write(missing.in_language(language) + "\n")


def _diff(options: argparse.Namespace) -> int:
    """What changed from the first file to the second, and which way it leans."""
    try:
        old, new = (load(file) for file in options.files)
    except RulebookError as error:
        return _refuse(error, options, TROUBLE)
    changes = diff(old, new)
    _write(reports.changes(changes, options.lang), reports.changes_data(changes), options)
    return PROBLEMS if changes else FINE


def _schema(options: argparse.Namespace) -> int:
    """The JSON Schema for editors; always JSON."""
    options.json = True
    _write("", rulebook_schema(), options)
    return FINE


def _refuse(error: RulebookError, options: argparse.Namespace, code: int) -> int:
    sys.stderr.write("".join(problem.in_language(options.lang) + "\n" for problem in error.problems))
    return code


def _write(readable: str, data: object, options: argparse.Namespace) -> None:
    sys.stdout.write(reports.as_json(data) if options.json else readable)


COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str | int | None, str]] = {
    "check": (_check, "+", "检查文件 / check files"),
    "show": (_show, 1, "按条查看 / show article by article"),
    "coverage": (_coverage, "+", "条文落实 / what is enforced"),
    "diff": (_diff, 2, "比较两个版本 / compare two versions"),
    "schema": (_schema, None, "编辑器用的 JSON Schema / for editors"),
}
