"""What the pages and docs claim is what the tests' marks prove."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from guanhao.rulebook.behaviours import registered
from guanhao.rulebook.coverage import Standing, coverage
from guanhao.rulebook.loading import load

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
REQUIREMENT = re.compile(r"^\| ([A-Z]{1,2}\d+) \| (met|partly|not yet due|not met) \| (.*) \|$", re.MULTILINE)


def _marks(name: str) -> dict[str, set[str]]:
    """Mark argument → the test functions that carry it (directly, on their class, or on their module)."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(f"mark.{name}"):
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        found.setdefault(str(argument.value), set()).add(str(path.relative_to(ROOT)))
    return found


def test_the_security_page_names_a_marked_test_for_every_requirement_it_calls_met():
    """docs/security.md says met only where a test carries the mark, and every mark stands on the page."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = {key: state for key, state, _text in REQUIREMENT.findall(page)}
    marks = _marks("requirement")
    assert {key for key, state in rows.items() if state in {"met", "partly"}} - set(marks) == set()
    assert set(marks) - set(rows) == set()
    assert {key for key in marks if rows[key] in {"not yet due", "not met"}} == set()


@pytest.mark.parametrize("key", ["gpnu", "xartvu", "ruian"])
def test_every_article_the_coverage_page_calls_enforced_has_a_marked_test(key):
    """The page is computed from what the engine registers; the proof is a test with the article's mark."""
    importlib.import_module("guanhao.process.behaviours")
    rulebook = load(ROOT / "rulebooks" / f"{key}.yaml")
    enforced = {
        covered.article.id
        for covered in coverage(rulebook, registered())
        if any(line.standing is Standing.ENFORCED for line in covered.lines)
    }
    assert enforced
    assert enforced - set(_marks("article")) == set()


@pytest.mark.parametrize("mark", ["article", "requirement"])
def test_marks_are_literal(mark):
    """A computed mark could not be read by these tests."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(f"mark.{mark}"):
                assert all(isinstance(argument, ast.Constant) for argument in node.args), path
