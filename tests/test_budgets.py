"""The size budgets of the house: files, functions, classes, positional parameters, no hidden imports, no receivers."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_FILE_LINES = 500
MOST_FUNCTION_LINES = 50
USUAL_FUNCTION_LINES = 30
USUAL_SHARE = 0.95
MOST_CLASS_LINES = 150


def _python_files(*, tests: bool) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [
        ROOT / name
        for name in listed
        if "/migrations/" not in name and name.startswith("tests/") == tests and (ROOT / name).is_file()
    ]


SOURCES = _python_files(tests=False)


def _nodes(
    kind: type[ast.AST] | tuple[type[ast.AST], ...], files: list[Path]
) -> Iterator[tuple[Path, ast.AST]]:
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield path, node


def _length(node: ast.AST) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} ({_length(node)} lines)"


def test_no_file_is_longer_than_five_hundred_lines():
    """A file that grows past the budget is to be split in a commit of its own."""
    long = {
        str(p.relative_to(ROOT)): n
        for p in SOURCES + _python_files(tests=True)
        if (n := p.read_text(encoding="utf-8").count("\n")) > MOST_FILE_LINES
    }
    assert long == {}


def test_functions_keep_their_budget():
    """No function over 50 lines, and 95 of 100 within 30."""
    lengths = [(path, node) for path, node in _nodes((ast.FunctionDef, ast.AsyncFunctionDef), SOURCES)]
    assert [_place(p, n) for p, n in lengths if _length(n) > MOST_FUNCTION_LINES] == []
    usual = sum(1 for _p, n in lengths if _length(n) <= USUAL_FUNCTION_LINES) / len(lengths)
    assert usual >= USUAL_SHARE, sorted(
        (_length(n), _place(p, n)) for p, n in lengths if _length(n) > USUAL_FUNCTION_LINES
    )


def test_classes_keep_their_budget():
    """No class over 150 lines. A closed vocabulary of the house is a list, which grows by a line a word, and no class."""
    long = [n for n in _nodes(ast.ClassDef, SOURCES) if _length(n[1]) > MOST_CLASS_LINES]
    assert [_place(path, node) for path, node in long if not _is_vocabulary(node)] == []


def _is_vocabulary(node: ast.AST) -> bool:
    """Whether a class is an enum of members and its docstring, with no behaviour that could be too much."""
    assert isinstance(node, ast.ClassDef)
    is_enum = [ast.unparse(base) for base in node.bases] == ["StrEnum"]
    return is_enum and all(isinstance(one, (ast.Expr, ast.Assign)) for one in node.body)


def test_no_import_hides_inside_a_function():
    """Layers mean something only where imports are at the top."""
    hidden = [
        _place(path, inner)
        for path, node in _nodes((ast.FunctionDef, ast.AsyncFunctionDef), SOURCES)
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert hidden == []


def test_nothing_of_ours_listens_to_signals():
    """Consequences read the ledger; a signal receiver would be a second, invisible flow."""
    receivers = [
        _place(path, node)
        for path, node in _nodes((ast.FunctionDef, ast.AsyncFunctionDef), SOURCES)
        for decorator in node.decorator_list
        if "receiver" in ast.dump(decorator)
    ]
    assert receivers == []


def test_views_keep_to_thirty_lines_and_never_query():
    """A view parses, fetches through an access function, calls one action and responds."""
    views = [path for path in SOURCES if "views" in path.parts]
    long = [_place(p, n) for p, n in _nodes(ast.FunctionDef, views) if _length(n) > USUAL_FUNCTION_LINES]
    querying = [_place(path, node) for path, node in _nodes(ast.Attribute, views) if node.attr == "objects"]
    assert long == []
    assert querying == []


@pytest.mark.requirement("K10")
@pytest.mark.parametrize(
    "needle",
    ["datetime.now(", "time.time(", "uuid.uuid4(", "import random\n", "date.today(", "timezone.now("],
)
def test_time_and_chance_come_through_their_seams(needle):
    """Only the seams of core read the system's clock and randomness."""
    allowed = {"guanhao/core/clock.py", "guanhao/core/randomness.py"}
    users = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if needle in path.read_text(encoding="utf-8") and path.relative_to(ROOT).parts[0] == "guanhao"
    ]
    assert set(users) <= allowed


def test_no_address_stands_in_a_lock_file():
    """Locks carry names, versions and hashes."""
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "resolved" not in text
        assert "--index" not in text
        assert name == "package-lock.json" or "://" not in text
