"""The command: exit codes, Chinese by default, data on request, and no Django."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from guanhao import cli
from guanhao.rulebook import behaviours
from guanhao.rulebook import cli as rulebook_cli
from tests.rulebook.conftest import HERE, PRODUCT

HOSPITAL = str(HERE / "data" / "hospital.yaml")


@pytest.fixture
def run(capsys):
    """Runs `guanhao rulebook …`; answers exit code, output and complaints."""

    def call(*arguments):
        code = cli.main(["rulebook", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def broken(tmp_path, hospital_text):
    file = tmp_path / "broken.yaml"
    file.write_text(hospital_text.replace("rule: lead_time", "rule: leed_time"), encoding="utf-8")
    return str(file)


@pytest.fixture
def laxer(tmp_path, hospital_text):
    file = tmp_path / "laxer.yaml"
    file.write_text(hospital_text.replace("minimum: 3 day", "minimum: 1 day"), encoding="utf-8")
    return str(file)


def test_check_is_content_with_every_product_file(run):
    """Exit code 0 and a Chinese line per file."""
    code, out, _ = run("check", *(str(PRODUCT / f"{key}.yaml") for key in ("gpnu", "xartvu", "ruian")))
    assert code == 0
    assert out.count("没有问题") == 3


def test_check_prints_place_fault_and_mend_and_fails(run, broken):
    """As compilers do: file:line, article, what is wrong → what is right."""
    code, out, _ = run("check", HOSPITAL, broken, "--lang", "en")
    assert code == 1
    assert f"{HOSPITAL}: no problems." in out
    assert "[hospital-5] There is no rule “leed_time”. → Did you mean lead_time?" in out


def test_check_tells_programs_the_same(run, broken):
    """One object per problem, both languages."""
    code, out, _ = run("check", broken, "--json")
    (problem,) = json.loads(out)
    assert code == 1
    assert (problem["file"], problem["article"]) == (broken, "hospital-5")
    assert problem["line"] > 0
    assert problem["mend"] == {"zh": "是不是 lead_time？", "en": "Did you mean lead_time?"}


def test_show_prints_articles_in_our_words_with_their_clauses(run):
    """The whole book, or one article of it."""
    code, out, _ = run("show", HOSPITAL)
    assert code == 0
    assert "云溪市第九人民医院" in out
    assert "第四条（二）" in out
    assert "✗ 视季节调整推送频次。" in out
    _, one, _ = run("show", HOSPITAL, "--article", "5", "--lang", "en")
    assert "Article 5" in one
    assert "Article 4" not in one


def test_show_tells_programs_digest_and_clauses(run, hospital):
    """For pages built elsewhere."""
    _, out, _ = run("show", HOSPITAL, "--json", "--article", "hospital-5")
    data = json.loads(out)
    assert data["digest"] == hospital.digest
    assert [article["id"] for article in data["articles"]] == ["hospital-5"]
    assert "hospital-5.window" in {clause["id"] for clause in data["articles"][0]["clauses"]}


def test_show_fails_for_an_article_that_is_not_there_and_for_a_broken_file(run, broken):
    """Both say why on the error stream."""
    assert run("show", HOSPITAL, "--article", "77")[::2] == (1, "没有第 77 条。\n")
    code, out, err = run("show", broken)
    assert (code, out) == (1, "")
    assert "leed_time" in err


def test_coverage_without_an_engine_lists_everything_as_declared_and_says_so(run, monkeypatch):
    """The pure package runs by itself."""
    monkeypatch.setattr(rulebook_cli, "ENGINE", "guanhao.rulebook.no_such_module")
    monkeypatch.setattr(behaviours, "_registered", set())
    code, out, err = run("coverage", HOSPITAL)
    assert code == 0
    assert "已落实 0" in out
    assert "未找到执行部分" in err


def test_coverage_loads_the_engine_by_name_and_counts_what_it_registers(run, monkeypatch, tmp_path):
    """Any module that registers behaviours on import will do."""
    (tmp_path / "invented_engine.py").write_text(
        "from guanhao.rulebook.behaviours import enforces\n"
        "from guanhao.rulebook.vocabulary import ClauseKind\n"
        "enforces(ClauseKind.CHECK, 'window')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(rulebook_cli, "ENGINE", "invented_engine")
    monkeypatch.setattr(behaviours, "_registered", set())
    _, out, err = run("coverage", HOSPITAL, "--json")
    lines = {line["clause"]: line["standing"] for line in json.loads(out)["hospital"]["hospital-5"]}
    assert (lines["hospital-5.window"], lines["hospital-5.terms"], err) == ("enforced", "declared", "")


def test_coverage_of_a_broken_file_fails(run, broken):
    """Nothing can be said of a file that does not read."""
    assert run("coverage", broken)[0] == 1


def test_diff_answers_like_diff_0_same_1_different_2_trouble(run, laxer, broken):
    """So that scripts can tell them apart."""
    assert run("diff", HOSPITAL, HOSPITAL) == (0, "含义相同。\n", "")
    code, out, _ = run("diff", HOSPITAL, laxer)
    assert (code, out) == (1, "hospital-5.lead_time: minimum 由“3 day”改为“1 day”（放宽）\n")
    assert json.loads(run("diff", HOSPITAL, laxer, "--json")[1])[0]["leaning"] == "laxer"
    assert run("diff", HOSPITAL, broken)[0] == 2


def test_schema_is_json(run):
    """Ready to be saved beside the files."""
    code, out, _ = run("schema")
    assert code == 0
    assert json.loads(out)["$ref"] == "#/$defs/Rulebook"


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["nonsense"], 2), (["--help"], 0), (["-h"], 0), (["rulebook", "--help"], 0), (["rulebook"], 2), (["rulebook", "diff", "one.yaml"], 2), (["rulebook", "check"], 2)]
)  # fmt: skip
def test_a_wrong_call_is_answered_with_the_usage(capsys, arguments, code):
    """2 for a wrong call, 0 for asking."""
    try:
        answered = cli.main(arguments)
    except SystemExit as leaving:  # argparse leaves this way
        answered = leaving.code
    said = capsys.readouterr()
    assert answered == code
    assert "rulebook" in said.out + said.err


def test_checking_a_file_imports_no_django():
    """The command works where nothing is configured."""
    program = (
        "import sys; from guanhao.cli import main; "
        f"code = main(['rulebook', 'check', {HOSPITAL!r}]); "
        "sys.exit(code or ('django' in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PATH": ""}, check=False
    )
    assert done.returncode == 0, done.stderr
